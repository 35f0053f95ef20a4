import { expect, test } from 'vitest';
import { acceptManifests, isForeignLayerType, isImageConfigType, isImageManifestType, isIndexType, isManifestType, isSchema1Type, mediaTypes } from '../../../main/image/media-types.js';

const matching = (test: (mediaType: string) => boolean): string[] => Object.entries(mediaTypes).filter(([, type]) => test(type)).map(([name]) => name);

test('each type belongs to its family and to no other', () => {
  expect(matching(isIndexType)).toEqual(['ociIndex', 'dockerList']);
  expect(matching(isImageManifestType)).toEqual(['ociManifest', 'dockerManifest']);
  expect(matching(isManifestType)).toEqual(['ociIndex', 'ociManifest', 'dockerList', 'dockerManifest']);
  expect(matching(isSchema1Type)).toEqual(['schema1', 'schema1Signed']);
  expect(matching(isImageConfigType)).toEqual(['ociConfig', 'dockerConfig']);
});

test('layers that registries leave to their makers are told by their type', () => {
  expect(isForeignLayerType('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip')).toBe(true);
  expect(isForeignLayerType('application/vnd.oci.image.layer.nondistributable.v1.tar+gzip')).toBe(true);
  expect(matching(isForeignLayerType)).toEqual([]);
});

test('one line asks for every manifest that can be read, and for schema 1 to name it', () => {
  const asked = acceptManifests.split(', ');
  expect(asked.slice(0, 4).toSorted()).toEqual([mediaTypes.ociIndex, mediaTypes.ociManifest, mediaTypes.dockerList, mediaTypes.dockerManifest].toSorted());
  expect(asked.slice(4).every(isSchema1Type)).toBe(true);
});
