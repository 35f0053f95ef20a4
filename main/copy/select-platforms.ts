import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { formatPlatform, platformMatches, type Platform, type PlatformChoice } from '../../shared/platform.js';
import { digestOf } from '../image/digest.js';
import { parseUntrustedObject } from '../image/json.js';
import { parseManifest } from '../image/manifest.js';
import type { CallOptions, ReadStore, StoredManifest } from '../stores/store.js';
import { platformMissing, platformsOf, selectPlatform } from './select-platform.js';

/** The root of a copy, and what the person should know of it. */
export interface Selected {
  readonly root: StoredManifest;
  readonly warning?: string;
}

/**
 * Narrows a root to platforms. Of one, its manifest becomes the root. Of some, a new index takes the descriptors as they
 * stand, with the attestations of each: registries refuse an index whose children they do not get, so that its digest
 * must change.
 * @throws ProblemError `platform-missing`, naming the platforms there are
 */
export async function selectPlatforms(source: ReadStore, root: StoredManifest, options: CallOptions & { readonly platform: PlatformChoice }): Promise<Selected> {
  const { platform } = options;
  if (platform === 'all') return { root };
  if (isOne(platform)) return { root: await selectPlatform(source, root, { ...options, platform }) };
  const manifest = parseManifest(root.bytes, root.descriptor.mediaType, source.label);
  if (manifest.kind === 'image') return { root: await selectOneOf(source, root, platform, options) };
  const children = manifest.manifests;
  const chosen = new Set(platform.flatMap((wanted) => {
    const found = children.filter((child) => platformMatches(wanted, child.platform));
    if (found.length === 0) throw platformMissing(source, wanted, platformsOf(children));
    return found.map(({ digest }) => digest);
  }));
  const isKept = children.map((child) => chosen.has(child.digest) || isAttestationOf(child, chosen));
  if (isKept.every(Boolean)) return { root };
  const narrowed = narrow(root, isKept, source.label);
  const names = platform.map(formatPlatform).join(', ');
  const warning = `With ${names} alone the index is a new one: ${narrowed.descriptor.digest} instead of ${root.descriptor.digest}. Signatures of that one do not count for it.`;
  return { root: narrowed, warning };
}

const isOne = (platform: Platform | readonly Platform[]): platform is Platform => 'os' in platform;

/** An image that is no index must be built for one of them. */
async function selectOneOf(source: ReadStore, root: StoredManifest, platforms: readonly Platform[], options: CallOptions): Promise<StoredManifest> {
  const failures: unknown[] = [];
  for (const platform of platforms) {
    try {
      return await selectPlatform(source, root, { ...options, platform });
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

/** buildkit hangs attestations beside the image that they speak of. */
function isAttestationOf({ annotations }: Descriptor, digests: ReadonlySet<Digest>): boolean {
  return digests.has(annotations?.['vnd.docker.reference.digest'] as Digest);
}

/** What stands in the index beside its list, and in each entry, is kept, whether it is known here or not. */
function narrow({ descriptor, bytes }: StoredManifest, isKept: readonly boolean[], where: string): StoredManifest {
  const document = parseUntrustedObject(bytes, where);
  const manifests = (document['manifests'] as readonly unknown[]).filter((_, at) => isKept[at]);
  const narrowed = Buffer.from(JSON.stringify({ ...document, manifests }));
  return { descriptor: { mediaType: descriptor.mediaType, digest: digestOf(narrowed), size: narrowed.length }, bytes: narrowed };
}
