import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { isUnknownPlatform, platformMatches, type Platform } from '../../shared/platform.js';
import { nameOf, parseReference, type Reference } from '../../shared/reference.js';
import { parseManifest, type ImageManifest, type Manifest } from '../image/manifest.js';
import { isImageConfigType, mediaTypes } from '../image/media-types.js';
import type { CopyPlan, PlannedRoot } from '../stores/plan.js';
import { blobName } from './contents.js';

/** OCI image-spec, image-layout.md "oci-layout file". */
export const layoutMarker: Uint8Array = Buffer.from('{"imageLayoutVersion":"1.0.0"}');

/** A runnable image and the names that docker load will give it. */
export interface RunnableImage {
  readonly manifest: ImageManifest;
  readonly names: readonly string[];
}

/** The manifests of a plan, read once. */
export type PlannedManifests = ReadonlyMap<Digest, { readonly descriptor: Descriptor; readonly manifest: Manifest }>;

export function readPlanned(plan: CopyPlan): PlannedManifests {
  return new Map(plan.manifests.map(({ descriptor, bytes }) => [
    descriptor.digest,
    { descriptor, manifest: parseManifest(bytes, descriptor.mediaType, descriptor.digest) },
  ]));
}

/**
 * index.json: an entry for each name of each root, in the plan's order, then what belongs to them (signatures, SBOMs).
 * containerd takes the full name, skopeo and the OCI spec the tag.
 */
export function indexOf(plan: CopyPlan, planned: PlannedManifests): Uint8Array {
  const named = plan.roots.flatMap((root) => entriesOf(root, planned));
  const reached = new Set<Digest>();
  for (const entry of named) reach(entry.digest, planned, reached);
  const attached = [...planned.values()].filter(({ descriptor, manifest }) => manifest.subject && !reached.has(descriptor.digest));
  const manifests = [...named, ...attached.map(({ descriptor }) => entryOf(descriptor))];
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
}

/**
 * The images that `docker load` can take: of an index the one for the host, since with several of one name the last
 * would win. Charts and other artifacts are none. Names are full: docker reads `docker.io/library/alpine:3` as it reads
 * `alpine:3`, while podman takes the short one for `localhost/alpine:3`.
 */
export function runnableImages(plan: CopyPlan, planned: PlannedManifests, host: Platform): RunnableImage[] {
  const found = new Map<Digest, { manifest: ImageManifest; names: string[] }>();
  for (const root of plan.roots) {
    const chosen = chooseFor(host, root.root.descriptor, planned);
    if (!chosen) continue;
    const names = namesOf(root).filter(({ tag }) => tag !== undefined).map(nameOf);
    const known = found.get(chosen.descriptor.digest);
    if (known) known.names.push(...names.filter((name) => !known.names.includes(name)));
    else found.set(chosen.descriptor.digest, { manifest: chosen.manifest, names });
  }
  return [...found.values()];
}

/**
 * A docker-archive holds runnable images only.
 * @throws ProblemError `archive-unsupported` naming what is none
 */
export function refuseArtifacts(plan: CopyPlan, planned: PlannedManifests, label: string): void {
  const artifact = plan.roots.find(({ root }) => runnableBelow(root.descriptor, planned).length === 0);
  if (!artifact) return;
  throw new ProblemError('archive-unsupported', {
    message: `${artifact.target} is no runnable image: ${label} cannot hold it in the docker format.`,
    next: 'Choose the universal or the OCI format.',
    command: 'Use --format universal or --format oci.',
  });
}

/** manifest.json as docker load reads it. */
export function manifestListOf(images: readonly RunnableImage[], nameOf: (descriptor: Descriptor) => string): Uint8Array {
  const items = images.map(({ manifest, names }) => ({
    Config: nameOf(manifest.config),
    RepoTags: names,
    Layers: manifest.layers.map(nameOf),
  }));
  return Buffer.from(JSON.stringify(items));
}

const layerEndings: Readonly<Record<string, string>> = { gzip: 'tar.gz', zstd: 'tar.zst' };

/** Where a blob of a plain docker-archive lies, named as crane and skopeo do. */
export function dockerNameOf(descriptor: Descriptor): string {
  const { hex } = splitDigest(descriptor.digest);
  if (isImageConfigType(descriptor.mediaType)) return `${hex}.json`;
  const ending = Object.entries(layerEndings).find(([end]) => descriptor.mediaType.endsWith(end))?.[1] ?? 'tar';
  return `${hex}.${ending}`;
}

export const layoutNameOf = (descriptor: Pick<Descriptor, 'digest'>): string => blobName(descriptor.digest);

function namesOf(root: PlannedRoot): Reference[] {
  return [...new Set([root.target, ...root.also])].map(parseReference);
}

/** An index whose children were not all planned would fail in loaders that follow it: its children stand in for it. */
function entriesOf(root: PlannedRoot, planned: PlannedManifests): IndexEntry[] {
  const complete = completeBelow(root.root.descriptor, planned);
  return namesOf(root).flatMap((name) => complete.map((descriptor) => ({
    ...entryOf(descriptor),
    annotations: {
      'io.containerd.image.name': nameOf(name),
      ...(name.tag !== undefined && { 'org.opencontainers.image.ref.name': name.tag }),
    },
  })));
}

interface IndexEntry {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Only what describes the manifest itself: annotations of the source are its own affair. */
function entryOf({ mediaType, digest, size, platform, artifactType }: Descriptor): IndexEntry {
  return { mediaType, digest, size, ...(artifactType !== undefined && { artifactType }), ...(platform && { platform }) };
}

function completeBelow(descriptor: Descriptor, planned: PlannedManifests): Descriptor[] {
  const found = planned.get(descriptor.digest);
  if (!found) return [];
  if (found.manifest.kind === 'image') return [descriptor];
  const children = found.manifest.manifests;
  if (children.every((child) => completeBelow(child, planned).length > 0)) return [descriptor];
  return children.flatMap((child) => completeBelow(child, planned));
}

function reach(digest: Digest, planned: PlannedManifests, reached: Set<Digest>): void {
  if (reached.has(digest)) return;
  reached.add(digest);
  const manifest = planned.get(digest)?.manifest;
  if (manifest?.kind === 'index') for (const child of manifest.manifests) reach(child.digest, planned, reached);
}

interface Runnable {
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
}

function chooseFor(host: Platform, root: Descriptor, planned: PlannedManifests): Runnable | undefined {
  const candidates = runnableBelow(root, planned);
  return candidates.find(({ descriptor }) => platformMatches(host, descriptor.platform)) ?? candidates[0];
}

function runnableBelow(descriptor: Descriptor, planned: PlannedManifests): Runnable[] {
  const manifest = planned.get(descriptor.digest)?.manifest;
  if (!manifest) return [];
  if (manifest.kind === 'index') return manifest.manifests.flatMap((child) => runnableBelow(child, planned));
  return isImageConfigType(manifest.config.mediaType) && !isUnknownPlatform(descriptor.platform) ? [{ descriptor, manifest }] : [];
}
