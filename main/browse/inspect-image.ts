import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { isProblem, type Problem } from '../../shared/errors.js';
import { isUnknownPlatform, platformMatches, type Platform } from '../../shared/platform.js';
import { selectPlatform } from '../copy/select-platform.js';
import { parseConfig, type ImageConfig } from '../image/config.js';
import { readVerified } from '../image/digest.js';
import { manifestTooLarge, maxManifestBytes, parseManifest, type ImageManifest } from '../image/manifest.js';
import { hostPlatform } from '../image/host-platform.js';
import { isImageConfigType } from '../image/media-types.js';
import type { CallOptions, ReadStore, StoredManifest } from '../stores/store.js';

/** One platform of an index, with the attestations that buildkit hung beside it. */
export interface PlatformEntry {
  readonly platform: Platform;
  readonly digest: Digest;
  readonly attestations: readonly Digest[];
}

/** What there is to say about a reference without moving a layer. */
export interface Inspection {
  readonly root: StoredManifest;
  readonly annotations: Readonly<Record<string, string>>;
  /** Empty where the root is no index. */
  readonly platforms: readonly PlatformEntry[];
  /** The image of the chosen platform, or the only one; undefined for an index of other things. */
  readonly image?: InspectedImage;
  /** Those that could be read. */
  readonly referrers: readonly Descriptor[];
  /** Why not all of them could be. */
  readonly referrersProblem?: Problem;
}

export interface InspectedImage {
  readonly stored: StoredManifest;
  readonly manifest: ImageManifest;
  /** Bytes of config and layers: what a pull from nothing moves. */
  readonly size: number;
  /** Absent for artifacts that are no container images, such as charts. */
  readonly config?: { readonly bytes: Uint8Array; readonly parsed: ImageConfig };
}

export interface InspectOptions extends CallOptions {
  /** Which image of an index to look into; without it the one for this machine, or else the first. */
  readonly platform?: Platform;
  /** Also ask for referrers, one more request. */
  readonly referrers?: boolean;
}

/**
 * Reads root manifest, the manifest of one platform and its config: three requests at most, and one for referrers.
 * @throws ProblemError `platform-missing`, `manifest-invalid`, and what the store throws
 */
export async function inspectImage(store: ReadStore, reference: string, options: InspectOptions): Promise<Inspection> {
  const root = await store.resolve(reference, options);
  const manifest = parseManifest(root.bytes, root.descriptor.mediaType, `${store.label}:${reference}`);
  const platform = options.platform ?? (manifest.kind === 'index' ? preferredPlatform(manifest.manifests) : undefined);
  const chosen = platform ? await selectPlatform(store, root, { ...options, platform }) : root;
  const image = await inspectOne(store, chosen, options);
  return {
    root,
    annotations: manifest.annotations,
    platforms: manifest.kind === 'index' ? platformEntries(manifest.manifests) : [],
    ...(image && { image }),
    ...(await readReferrers(store, root.descriptor, options)),
  };
}

/** What is attached to an image is worth less than the image: a registry that refuses to tell costs no more than that. */
async function readReferrers(store: ReadStore, root: Descriptor, options: InspectOptions): Promise<Pick<Inspection, 'referrers' | 'referrersProblem'>> {
  const referrers: Descriptor[] = [];
  if (!options.referrers || !store.referrers) return { referrers };
  try {
    for await (const referrer of store.referrers(root, options)) referrers.push(referrer);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!isProblem(error)) throw error;
    return { referrers, referrersProblem: error.problem };
  }
  return { referrers };
}

function preferredPlatform(children: readonly Descriptor[]): Platform | undefined {
  const platforms = children.flatMap(({ platform }) => (platform && !isUnknownPlatform(platform) ? [platform] : []));
  return platforms.find((platform) => platformMatches(hostPlatform, platform)) ?? platforms[0];
}

async function inspectOne(store: ReadStore, stored: StoredManifest, options: CallOptions): Promise<InspectedImage | undefined> {
  const manifest = parseManifest(stored.bytes, stored.descriptor.mediaType, store.label);
  if (manifest.kind === 'index') return undefined;
  const size = manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config.size);
  if (!isImageConfigType(manifest.config.mediaType)) return { stored, manifest, size };
  if (manifest.config.size > maxManifestBytes) throw manifestTooLarge(`${store.label}, config`);
  const bytes = await readVerified(await store.fetch(manifest.config, options), manifest.config, store.label);
  return { stored, manifest, size, config: { bytes, parsed: parseConfig(bytes, `${store.label}, config`) } };
}

/** Attestations name the manifest they speak of in this annotation (buildkit, attestation storage). */
const attestedDigest = 'vnd.docker.reference.digest';

function platformEntries(children: readonly Descriptor[]): PlatformEntry[] {
  return children.flatMap(({ platform, digest }) => {
    if (!platform || isUnknownPlatform(platform)) return [];
    const attestations = children.filter(({ annotations }) => annotations?.[attestedDigest] === digest).map((child) => child.digest);
    return [{ platform, digest, attestations }];
  });
}
