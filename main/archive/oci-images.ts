import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest } from '../../shared/digest.js';
import { formatPlatform, isUnknownPlatform, type Platform } from '../../shared/platform.js';
import { archiveInvalid } from '../image/archive-problems.js';
import { parseConfig } from '../image/config.js';
import { readVerified } from '../image/digest.js';
import { childrenOf, manifestTooLarge, maxManifestBytes, parseManifest, type ImageManifest, type Manifest } from '../image/manifest.js';
import { isForeignLayerType, isImageConfigType, isManifestType, mediaTypes } from '../image/media-types.js';
import type { CallOptions, StoredManifest } from '../stores/store.js';
import { blobName, findBlob, maxConfigBytes, readNamed, type Contents, type HeldImage } from './contents.js';
import type { DockerItem } from './docker-images.js';
import { readExtent } from './extent.js';

/** Images of an OCI layout and whether their manifests can be relied on. */
export interface OciImages {
  readonly images: readonly HeldImage[];
  /** False when a manifest lists other layers than its config: Docker 25's betas wrote such archives (moby issue 47065). */
  readonly complete: boolean;
}

/**
 * The images that index.json names. OCI image-spec, image-layout.md.
 * @param items manifest.json's, whose names serve where index.json gives none
 */
export async function ociImages(contents: Contents, items: readonly DockerItem[], options: CallOptions): Promise<OciImages> {
  const { label } = contents.files;
  const index = parseManifest(await readNamed(contents, 'index.json', maxManifestBytes, options), mediaTypes.ociIndex, `index.json of ${label}`);
  if (index.kind !== 'index') throw archiveInvalid(label, 'its index.json is not an index');
  const images: HeldImage[] = [];
  let complete = true;
  for (const descriptor of index.manifests) {
    if (!isManifestType(descriptor.mediaType)) {
      contents.warnings.push(`${label} names ${descriptor.digest}, which is no image (${descriptor.mediaType}); it is left out.`);
      continue;
    }
    const manifest = await readManifest(contents, descriptor, options);
    const namings = namingsOf(descriptor, manifest, items);
    if (manifest.subject && (await findBlob(contents, manifest.subject.digest))) {
      contents.attached.push(descriptor);
      if (namings.length === 0) continue;
    }
    const config = await readConfig(contents, manifest, options);
    if (config?.mismatch) complete = false;
    const platform = descriptor.platform ?? config?.platform;
    for (const naming of namings.length > 0 ? namings : [{}]) {
      images.push({
        image: { ...naming, id: descriptor.digest, descriptor, ...(platform && { platform }) },
        load: (loadOptions) => load(contents, descriptor, naming.name ?? label, loadOptions),
      });
    }
  }
  return { images, complete };
}

/**
 * Reads and verifies a small blob that the archive should have.
 * @throws ProblemError `archive-invalid`, `archive-truncated`, `digest-mismatch`, `size-mismatch`, `manifest-invalid`
 */
export async function readStored(contents: Contents, descriptor: Descriptor, options: CallOptions): Promise<StoredManifest> {
  const extent = await findBlob(contents, descriptor.digest);
  if (!extent) throw contents.files.missing(blobName(descriptor.digest));
  return { descriptor, bytes: await readVerified(readExtent(extent, options), descriptor, contents.files.label) };
}

async function readManifest(contents: Contents, descriptor: Descriptor, options: CallOptions): Promise<Manifest> {
  if (descriptor.size > maxManifestBytes) throw manifestTooLarge(contents.files.label);
  const { bytes } = await readStored(contents, descriptor, options);
  return parseManifest(bytes, descriptor.mediaType, `${descriptor.digest} of ${contents.files.label}`);
}

interface Naming {
  readonly name?: string;
  readonly tag?: string;
}

/** containerd's annotation holds full names; the spec's may hold a name or, as the spec has it, a bare tag. */
function namingsOf({ annotations }: Descriptor, manifest: Manifest, items: readonly DockerItem[]): Naming[] {
  const name = annotations?.['io.containerd.image.name'];
  const reference = annotations?.['org.opencontainers.image.ref.name'];
  if (name) return [{ name }];
  if (reference && /[/:@]/.test(reference)) return [{ name: reference }];
  const hex = manifest.kind === 'image' ? splitDigest(manifest.config.digest).hex : undefined;
  const listed = items.filter(({ config }) => hex !== undefined && config.includes(hex)).flatMap(({ names }) => names);
  if (listed.length > 0) return listed.map((each) => ({ name: each }));
  return reference ? [{ tag: reference }] : [];
}

async function readConfig(contents: Contents, manifest: Manifest, options: CallOptions): Promise<{ platform: Platform; mismatch: boolean } | undefined> {
  if (manifest.kind !== 'image' || !isImageConfigType(manifest.config.mediaType)) return undefined;
  if (manifest.config.size > maxConfigBytes) throw archiveInvalid(contents.files.label, `${manifest.config.digest} is too large for a config`);
  const { bytes } = await readStored(contents, manifest.config, options);
  const { platform, diffIds } = parseConfig(bytes, `the config of ${manifest.config.digest} in ${contents.files.label}`);
  return { platform, mismatch: diffIds.length > 0 && diffIds.length !== manifest.layers.length };
}

/**
 * Docker saves an index whole but only the platforms that it has. One such platform is what the person has saved; more
 * are left to the choice of a platform.
 */
async function load(contents: Contents, descriptor: Descriptor, name: string, options: CallOptions): Promise<StoredManifest> {
  const stored = await readStored(contents, descriptor, options);
  const manifest = parseManifest(stored.bytes, descriptor.mediaType, name);
  if (manifest.kind === 'image') {
    await checkImage(contents, manifest, options);
    return stored;
  }
  const held: Descriptor[] = [];
  for (const child of manifest.manifests) if (await isHeld(contents, child, options)) held.push(child);
  if (held.length === manifest.manifests.length) return stored;
  const platforms = held.filter((child) => !isUnknownPlatform(child.platform));
  const [only] = platforms;
  if (!only || !contents.files.closed) throw contents.files.missing(`a part of ${name}`);
  const shown = platforms.map((child) => (child.platform ? formatPlatform(child.platform) : child.digest)).join(', ');
  contents.warnings.push(`${contents.files.label} holds ${name} for ${shown} only.`);
  return platforms.length === 1 ? load(contents, only, name, options) : stored;
}

async function checkImage(contents: Contents, manifest: ImageManifest, options: CallOptions): Promise<void> {
  const missing = await firstMissing(contents, manifest);
  if (missing) throw contents.files.missing(blobName(missing.digest));
  const config = await readConfig(contents, manifest, options);
  if (config?.mismatch) throw archiveInvalid(contents.files.label, 'a manifest lists other layers than its config');
}

/** Has the archive an index's child with all that it needs? */
async function isHeld(contents: Contents, child: Descriptor, options: CallOptions): Promise<boolean> {
  if (!(await findBlob(contents, child.digest))) return false;
  const manifest = isManifestType(child.mediaType) ? await readManifest(contents, child, options) : undefined;
  return manifest?.kind !== 'image' || (await firstMissing(contents, manifest)) === undefined;
}

async function firstMissing(contents: Contents, manifest: ImageManifest): Promise<Descriptor | undefined> {
  for (const child of childrenOf(manifest)) if (!isForeignLayerType(child.mediaType) && !(await findBlob(contents, child.digest))) return child;
  return undefined;
}
