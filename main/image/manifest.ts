import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import type { Platform } from '../../shared/platform.js';
import { isObject, manifestInvalid, parseUntrustedObject } from './json.js';
import { isImageManifestType, isIndexType, isSchema1Type, mediaTypes } from './media-types.js';

/** An index (or Docker manifest list). OCI image-spec, image-index.md. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A manifest of one image or artifact. OCI image-spec, manifest.md. */
export interface ImageManifest {
  readonly kind: 'image';
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

export type Manifest = ImageIndex | ImageManifest;

/** Registries cap manifests at 4 MiB (distribution, containers/image); twice that is surely not one. */
export const maxManifestBytes = 8 * 1024 * 1024;
/** No real index has more children; a hostile one would cost a request for each. */
const maxEntries = 10_000;

/**
 * Reads a manifest of either family.
 * @param mediaType the type that the server or descriptor gave; the document's own `mediaType` must not contradict it
 * @param where how messages call it, such as `registry.example.com/team/app:1.0`
 * @throws ProblemError `manifest-invalid`, `manifest-schema1`, `manifest-too-large`
 */
export function parseManifest(bytes: Uint8Array, mediaType: string, where: string): Manifest {
  if (bytes.length > maxManifestBytes) throw manifestTooLarge(where);
  const document = parseUntrustedObject(bytes, where);
  const type = manifestType(document, mediaType, where);
  const common = {
    mediaType: type,
    annotations: annotationsOf(document['annotations'], where) ?? {},
    ...(typeof document['artifactType'] === 'string' && { artifactType: document['artifactType'] }),
    ...(document['subject'] !== undefined && document['subject'] !== null && { subject: descriptorOf(document['subject'], `${where}, subject`) }),
  };
  if (isIndexType(type)) {
    return { kind: 'index', manifests: descriptorsOf(document['manifests'], `${where}, manifests`), ...common };
  }
  return {
    kind: 'image',
    config: descriptorOf(document['config'], `${where}, config`),
    layers: descriptorsOf(document['layers'], `${where}, layers`),
    ...common,
  };
}

export function manifestTooLarge(where: string): ProblemError {
  return new ProblemError('manifest-too-large', {
    message: `The manifest of ${where} is larger than ${maxManifestBytes / 1024 / 1024} MiB.`,
    next: 'No registry of the field stores such a manifest: check the address.',
  });
}

/** Everything that a manifest points to, in the order that stores need it: config before layers. */
export function childrenOf(manifest: Manifest): readonly Descriptor[] {
  return manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
}

/**
 * Decides what the document is. A document that is both index and image could show one tool one thing and another tool
 * another (CVE-2021-41190), and one whose own type contradicts the transport's likewise: both are refused.
 */
function manifestType(document: Record<string, unknown>, told: string, where: string): string {
  const own = document['mediaType'];
  if (own !== undefined && typeof own !== 'string') throw manifestInvalid(where, 'its mediaType is not a text');
  if (document['schemaVersion'] === 1 || isSchema1Type(told) || isSchema1Type(own ?? '')) {
    throw new ProblemError('manifest-schema1', {
      message: `${where} is in Docker's schema 1 format, which no current tool runs.`,
      next: 'Pull and push it once with an old Docker (before 26), or ask its publisher to build it again.',
    });
  }
  const hasManifests = 'manifests' in document;
  const hasLayers = 'layers' in document || 'config' in document;
  if (hasManifests && hasLayers) throw manifestInvalid(where, 'it claims to be an index and an image at once');
  const known = isIndexType(told) || isImageManifestType(told);
  if (own !== undefined && known && own !== told) throw manifestInvalid(where, `it was sent as ${told} but calls itself ${own}`);
  const type = own ?? (known ? told : hasManifests ? mediaTypes.ociIndex : mediaTypes.ociManifest);
  if (isIndexType(type) ? !hasManifests : !isImageManifestType(type) || !hasLayers) {
    throw manifestInvalid(where, `it is not what its type says (${type})`);
  }
  return type;
}

function descriptorsOf(value: unknown, where: string): Descriptor[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw manifestInvalid(where, 'it is not a list');
  if (value.length > maxEntries) throw manifestInvalid(where, `it has more than ${maxEntries} entries`);
  return value.map((entry, at) => descriptorOf(entry, `${where}[${at}]`));
}

/**
 * Checks one descriptor field by field: nothing of it is used before.
 * @throws ProblemError `manifest-invalid`
 */
export function descriptorOf(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw manifestInvalid(where, 'it is not a descriptor');
  const { mediaType, digest, size, artifactType, urls } = value;
  if (typeof mediaType !== 'string' || !/^[\w.+-]+\/[\w.+-]+$/.test(mediaType)) throw manifestInvalid(where, 'its mediaType is missing or malformed');
  if (!isDigest(digest)) throw manifestInvalid(where, 'its digest is missing or malformed');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw manifestInvalid(where, 'its size is not a whole number');
  const annotations = annotationsOf(value['annotations'], where);
  const platform = platformOf(value['platform'], where);
  return {
    mediaType,
    digest,
    size,
    ...(platform && { platform }),
    ...(annotations && { annotations }),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(Array.isArray(urls) && { urls: urls.filter((url) => typeof url === 'string') }),
  };
}

function platformOf(value: unknown, where: string): Platform | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw manifestInvalid(where, 'its platform is not an object');
  const { os, architecture, variant } = value;
  if (typeof os !== 'string' || typeof architecture !== 'string') throw manifestInvalid(where, 'its platform lacks os or architecture');
  const version = value['os.version'];
  return {
    os,
    architecture,
    ...(typeof variant === 'string' && variant !== '' && { variant }),
    ...(typeof version === 'string' && { 'os.version': version }),
  };
}

function annotationsOf(value: unknown, where: string): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw manifestInvalid(where, 'its annotations are not an object');
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
