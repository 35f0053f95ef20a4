import type { Descriptor } from '../../shared/descriptor.js';
import { ProblemError } from '../../shared/errors.js';
import { formatPlatform, isUnknownPlatform, platformMatches, type Platform } from '../../shared/platform.js';
import { parseConfig } from '../image/config.js';
import { readVerified } from '../image/digest.js';
import { manifestTooLarge, maxManifestBytes, parseManifest, type ImageManifest } from '../image/manifest.js';
import { isImageConfigType } from '../image/media-types.js';
import type { CallOptions, ReadStore, StoredManifest } from '../stores/store.js';

/**
 * Narrows an index to the manifest of one platform, which then becomes the root, with its own digest.
 * A root that is no index must be built for that platform; charts and other artifacts are for all.
 * @throws ProblemError `platform-missing`, naming the platforms there are
 */
export async function selectPlatform(source: ReadStore, root: StoredManifest, options: CallOptions & { readonly platform: Platform }): Promise<StoredManifest> {
  const { platform } = options;
  const manifest = parseManifest(root.bytes, root.descriptor.mediaType, source.label);
  if (manifest.kind === 'image') {
    const found = await platformOf(manifest, source, options);
    if (found && !platformMatches(platform, found)) throw platformMissing(source, platform, formatPlatform(found));
    return root;
  }
  const child = manifest.manifests.find((candidate) => platformMatches(platform, candidate.platform));
  if (!child) throw platformMissing(source, platform, platformsOf(manifest.manifests));
  if (child.size > maxManifestBytes) throw manifestTooLarge(`${source.label}@${child.digest}`);
  return { descriptor: child, bytes: await readVerified(await source.fetch(child, options), child, source.label) };
}

/** What the config says; undefined where it says nothing, or is no image's. */
async function platformOf({ config }: ImageManifest, source: ReadStore, options: CallOptions): Promise<Platform | undefined> {
  if (!isImageConfigType(config.mediaType)) return undefined;
  if (config.size > maxManifestBytes) throw manifestTooLarge(`${source.label}, config`);
  const { platform } = parseConfig(await readVerified(await source.fetch(config, options), config, source.label), `${source.label}, config`);
  return isUnknownPlatform(platform) ? undefined : platform;
}

export function platformMissing(source: ReadStore, wanted: Platform, there: string): ProblemError {
  return new ProblemError('platform-missing', {
    message: `The image in ${source.label} is not built for ${formatPlatform(wanted)}.`,
    next: `Choose one of ${there}, or all.`,
  });
}

/** What people can choose from, attestations left out, each once. */
export function listPlatforms(children: readonly Descriptor[]): readonly string[] {
  const platforms = children.flatMap(({ platform }) => (platform && !isUnknownPlatform(platform) ? [formatPlatform(platform)] : []));
  return [...new Set(platforms)];
}

/** `linux/amd64, linux/arm64` */
export function platformsOf(children: readonly Descriptor[]): string {
  return listPlatforms(children).join(', ') || 'none';
}
