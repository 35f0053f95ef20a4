import { createHash, createPrivateKey, sign } from 'node:crypto';
import { hostPlatform } from '../../main/image/host-platform.js';
import { mediaTypes } from '../../main/image/media-types.js';
import type { LibraryJob } from '../../main/library/library.js';
import type { StoredManifest } from '../../main/stores/store.js';
import { rootFileSystem, type Busybox } from './busybox.js';
import { writeLayer } from './layer.js';
import type { NamedRoot } from './named-root.js';
import { writeImage, writeJson, writeManifest, type WriteOptions } from './write-image.js';

const created = '2026-04-21T07:00:00Z';
const name = 'localhost/demo/signed';

/** `demo/signed`: an image, the list of what is in it, and a signature over its digest; both name it as their subject. */
export async function writeSigned(job: LibraryJob, busybox: Busybox, options: WriteOptions): Promise<NamedRoot[]> {
  const layer = await writeLayer(job, rootFileSystem(busybox, created), options);
  const root = await writeImage(job, {
    platform: hostPlatform,
    created,
    steps: [{ line: `ADD rootfs.tar / # busybox ${busybox.version}`, layer }, { line: 'CMD ["/bin/sh"]' }],
    run: { Env: ['PATH=/usr/bin:/usr/sbin:/bin:/sbin'], Cmd: ['/bin/sh'], Labels: { 'org.opencontainers.image.title': 'signed', 'org.opencontainers.image.version': '1.0' } },
  }, options);
  const referrers = [
    await writeReferrer(job, root, 'application/spdx+json', billOfMaterials(root, busybox), {}, options),
    await writeReferrer(job, root, 'application/vnd.dev.cosign.simplesigning.v1+json', ...signatureOf(root), options),
  ];
  return [{ name: `${name}:1.0`, root }, ...referrers.map((referrer) => ({ name: `${name}@${referrer.descriptor.digest}`, root: referrer }))];
}

/** An artifact of one document, OCI image-spec, manifest.md "Guidelines for Artifact Usage". */
async function writeReferrer(job: LibraryJob, subject: StoredManifest, type: string, document: object, annotations: Record<string, string>, options: WriteOptions): Promise<StoredManifest> {
  const layer = await writeJson(job, type, document, options);
  const config = await writeJson(job, mediaTypes.ociEmpty, {}, options);
  return writeManifest(job, {
    artifactType: type,
    config: config.descriptor,
    layers: [{ ...layer.descriptor, annotations }],
    subject: subject.descriptor,
    annotations: { 'org.opencontainers.image.created': created },
  }, options);
}

function billOfMaterials(subject: StoredManifest, busybox: Busybox): object {
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${name}:1.0`,
    documentNamespace: `https://demo.invalid/spdx/${subject.descriptor.digest}`,
    creationInfo: { created, creators: ['Organization: Longshore'] },
    packages: [{
      SPDXID: 'SPDXRef-busybox',
      name: 'busybox',
      versionInfo: busybox.version,
      downloadLocation: 'NOASSERTION',
      licenseConcluded: 'GPL-2.0-only',
      checksums: [{ algorithm: 'SHA256', checksumValue: createHash('sha256').update(busybox.program).digest('hex') }],
    }],
    relationships: [{ spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-busybox' }],
  };
}

/** Cosign's "simple signing" document and the signature over it. */
function signatureOf(subject: StoredManifest): [document: object, annotations: Record<string, string>] {
  const document = {
    critical: {
      identity: { 'docker-reference': name },
      image: { 'docker-manifest-digest': subject.descriptor.digest },
      type: 'cosign container image signature',
    },
    optional: null,
  };
  return [document, { 'dev.cosignproject.cosign/signature': sign(null, Buffer.from(JSON.stringify(document)), demoKey()).toString('base64') }];
}

/** An Ed25519 key that anyone can make, for signatures that prove nothing: RFC 8410 wraps 32 bytes of a seed. */
function demoKey(): ReturnType<typeof createPrivateKey> {
  const seed = createHash('sha256').update('Longshore demo').digest();
  return createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
}
