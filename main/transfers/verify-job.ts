import type { Descriptor } from '../../shared/descriptor.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { openArchive } from '../archive/open-archive.js';
import type { ArchiveSource } from '../archive/archive-source.js';
import { verifyAll, verifyCopy, type Verified } from '../copy/verify-copy.js';
import { walkImages, type ImageGraph } from '../copy/walk-images.js';
import { BlobVerifier } from '../image/digest.js';
import type { CopyPlan } from '../stores/plan.js';
import type { CallOptions, Soundness } from '../stores/store.js';
import type { Job } from './jobs.js';

/**
 * Looks at the target of a job that is done. An archive is read again from the disk, every byte of it.
 * @throws ProblemError as `verifyCopy`, and what opening an archive meets
 */
export async function verifyJob({ target, file }: Job, plan: CopyPlan, options: CallOptions & { readonly spoolFolder: string }): Promise<Verified> {
  if (file === undefined) return verifyCopy(target, plan, options);
  const archive = await openArchive(file, options);
  try {
    const { manifests, blobs } = await graphOf(archive, plan, options);
    return await verifyAll(archive.label, [...manifests.map(({ descriptor }) => descriptor), ...blobs], (descriptor) => soundnessOf(archive, descriptor, options));
  } finally {
    await archive.close();
  }
}

/** A docker archive has images in a form of its own: what is in it is looked at, in place of what was planned. */
async function graphOf(archive: ArchiveSource, plan: CopyPlan, options: CallOptions): Promise<Pick<ImageGraph, 'manifests' | 'blobs'>> {
  const starts = [];
  for (const { target } of plan.roots) starts.push({ from: archive, root: await archive.resolve(target, options) });
  const found = await walkImages(starts, options);
  return plan.roots.every(({ root }) => found.parsed.has(root.descriptor.digest)) ? plan : found;
}

async function soundnessOf(archive: ArchiveSource, descriptor: Descriptor, options: CallOptions): Promise<Soundness> {
  const verifier = new BlobVerifier(descriptor, archive.label);
  try {
    for await (const chunk of await archive.fetch(descriptor, options)) verifier.update(chunk);
    verifier.finish();
    return 'sound';
  } catch (error) {
    if (isProblem(error, 'digest-mismatch', 'size-mismatch')) return 'damaged';
    if (isProblem(error, 'manifest-unknown', 'archive-invalid', 'archive-truncated')) return 'missing';
    throw error;
  }
}

/** @throws ProblemError `usage-invalid` before anything is moved */
export function checkVerifiable({ kind, file }: Job): void {
  if (kind !== 'save' || file !== undefined) return;
  throw new ProblemError('usage-invalid', { message: 'What goes to standard output cannot be looked at again.', next: 'Write to a file.', command: 'Write to a file, or leave --verify out.' });
}
