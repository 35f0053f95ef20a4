import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { readVerified } from '../image/digest.js';
import { manifestTooLarge, maxManifestBytes } from '../image/manifest.js';
import { isManifestType } from '../image/media-types.js';
import type { CallOptions, ReadStore, StoredManifest } from '../stores/store.js';
import { forEachLimited } from './for-each-limited.js';
import { questionsAtOnce } from './questions.js';

/** A manifest, where it was read, and how what belongs to it is called at the source. */
export interface Subject {
  readonly from: ReadStore;
  readonly descriptor: Descriptor;
  readonly sourceName: (selector: string) => string;
}

/** A signature, an SBOM or another thing that speaks of a manifest. */
export interface FoundReferrer {
  readonly subject: Digest;
  readonly root: StoredManifest;
  /** The tag that leads to it, where a tag and not its `subject` is what binds it. */
  readonly tag?: string;
}

/** Where cosign keeps what belongs to an image: github.com/sigstore/cosign, specs/SIGNATURE_SPEC.md. */
const tagEndings = ['sig', 'att', 'sbom'] as const;
/** No image has more; a hostile list would cost a request for each. */
const maxReferrers = 2_000;

/**
 * What refers to manifests: by the referrers API, the tag that stands in for it, and cosign's tags.
 * @throws ProblemError `manifest-too-large`, `manifest-invalid`, and what the sources throw
 */
export async function findReferrers(subjects: readonly Subject[], options: CallOptions): Promise<FoundReferrer[]> {
  const found: FoundReferrer[][] = [];
  await forEachLimited(subjects.entries(), questionsAtOnce, async ([at, subject]) => {
    found[at] = [...(await bySubject(subject, options)), ...(await byTag(subject, options))];
  });
  const all = found.flat();
  if (all.length > maxReferrers) throw tooMany(subjects[0]!.from);
  return all;
}

async function bySubject({ from, descriptor: { digest, mediaType, size } }: Subject, options: CallOptions): Promise<FoundReferrer[]> {
  const found: FoundReferrer[] = [];
  for await (const descriptor of from.referrers?.({ digest, mediaType, size }, options) ?? []) {
    if (!isManifestType(descriptor.mediaType)) continue;
    if (descriptor.size > maxManifestBytes) throw manifestTooLarge(`${from.label}@${descriptor.digest}`);
    if (found.length >= maxReferrers) throw tooMany(from);
    found.push({ subject: digest, root: { descriptor, bytes: await readVerified(await from.fetch(descriptor, options), descriptor, from.label) } });
  }
  return found;
}

async function byTag({ from, descriptor, sourceName }: Subject, options: CallOptions): Promise<FoundReferrer[]> {
  const { algorithm, hex } = splitDigest(descriptor.digest);
  const found: FoundReferrer[] = [];
  for (const ending of tagEndings) {
    const tag = `${algorithm}-${hex}.${ending}`;
    const root = await resolveIfThere(from, sourceName(tag), options);
    if (root) found.push({ subject: descriptor.digest, root, tag });
  }
  return found;
}

/** Where a question is cheaper than a read, it is asked first. */
async function resolveIfThere(from: ReadStore, name: string, options: CallOptions): Promise<StoredManifest | undefined> {
  try {
    if (from.current && (await from.current(name, options)) === undefined) return undefined;
    return await from.resolve(name, options);
  } catch (error) {
    if (isProblem(error, 'manifest-unknown', 'image-unknown', 'repository-unknown')) return undefined;
    throw error;
  }
}

function tooMany(source: ReadStore): ProblemError {
  return new ProblemError('manifest-invalid', { message: `More than ${maxReferrers} signatures and other referrers belong to what is to be copied from ${source.label}.`, next: 'Copy the images without their referrers.' });
}
