import { digestOf, type Storage } from '../../fake/storage.js';

const index = 'application/vnd.oci.image.index.v1+json';
const manifest = 'application/vnd.oci.image.manifest.v1+json';
const config = 'application/vnd.oci.image.config.v1+json';
const gzip = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** A step of a build. With a size it made a layer, which is only said to be there; with bytes it can be pulled, too. */
export interface Step {
  readonly line: string;
  readonly size?: number;
  readonly bytes?: Buffer;
}

export interface Recipe {
  /** ISO time. */
  readonly created: string;
  readonly steps: readonly Step[];
  readonly run?: Readonly<Record<string, unknown>>;
  /** `amd64` and so on; several make an index. */
  readonly architectures?: readonly string[];
  /** The index says how each was built. */
  readonly attested?: boolean;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Puts an image into a repository under its tags; the same recipe has the same digests everywhere. */
export function putImage(storage: Storage, repository: string, tags: readonly string[], recipe: Recipe): Descriptor {
  const { architectures = ['amd64'], attested = false } = recipe;
  const images = architectures.map((architecture) => ({ ...putPlatform(storage, repository, recipe, architecture), platform: { os: 'linux', architecture } }));
  const [only] = images;
  const attestations = attested ? images.map((image) => putAttestation(storage, repository, image)) : [];
  const { platform: _, ...root } = images.length === 1 && only ? only : { ...putManifest(storage, repository, index, { schemaVersion: 2, mediaType: index, manifests: [...images, ...attestations] }), platform: undefined };
  for (const tag of tags) storage.repository(repository).tags.set(tag, root.digest);
  return root;
}

/** An artifact that speaks of an image: a signature, a list of what is in it. */
export function putReferrer(storage: Storage, repository: string, subject: Descriptor, artifactType: string, bytes: number): void {
  const layer = putBlob(storage, repository, artifactType, Buffer.alloc(bytes, artifactType));
  const empty = putBlob(storage, repository, 'application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  putManifest(storage, repository, manifest, { schemaVersion: 2, mediaType: manifest, artifactType, config: empty, layers: [layer], subject });
}

/** The layer that a step of a build makes for a processor. */
export function layerOf({ line, size, bytes }: Step, architecture = 'amd64'): Descriptor {
  if (bytes) return { mediaType: gzip, digest: digestOf(bytes), size: bytes.length };
  return { mediaType: gzip, digest: digestOf(Buffer.from(`${line} ${size} ${architecture}`)), size: size ?? 0 };
}

function putPlatform(storage: Storage, repository: string, { created, steps, run = {} }: Recipe, architecture: string): Descriptor {
  const made = steps.filter(({ size, bytes }) => size !== undefined || bytes !== undefined);
  const layers = made.map((step) => layerOf(step, architecture));
  for (const { bytes } of made) if (bytes) storage.repository(repository).blobs.set(digestOf(bytes), bytes);
  const history = steps.map((step) => ({ created, created_by: step.line, ...(!made.includes(step) && { empty_layer: true }) }));
  const document = { created, architecture, os: 'linux', config: run, rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digestOf(Buffer.from(`unpacked ${digest}`))) }, history };
  return putManifest(storage, repository, manifest, { schemaVersion: 2, mediaType: manifest, config: putBlob(storage, repository, config, Buffer.from(JSON.stringify(document))), layers });
}

function putAttestation(storage: Storage, repository: string, subject: Descriptor): Descriptor {
  const statement = putBlob(storage, repository, 'application/vnd.in-toto+json', Buffer.from(JSON.stringify({ subject: subject.digest })));
  const layers = [{ ...statement, annotations: { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v1' } }];
  const attested = putManifest(storage, repository, manifest, { schemaVersion: 2, mediaType: manifest, config: putBlob(storage, repository, config, Buffer.from('{"architecture":"unknown","os":"unknown"}')), layers });
  const about = { platform: { os: 'unknown', architecture: 'unknown' }, annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': subject.digest } };
  return { ...attested, ...about };
}

function putManifest(storage: Storage, repository: string, mediaType: string, document: object): Descriptor {
  const bytes = Buffer.from(JSON.stringify(document));
  const digest = digestOf(bytes);
  storage.repository(repository).manifests.set(digest, { type: mediaType, bytes });
  return { mediaType, digest, size: bytes.length };
}

function putBlob(storage: Storage, repository: string, mediaType: string, bytes: Buffer): Descriptor {
  const digest = digestOf(bytes);
  storage.repository(repository).blobs.set(digest, bytes);
  return { mediaType, digest, size: bytes.length };
}
