import { readFile, rename, stat } from 'node:fs/promises';
import type { Descriptor } from '../../shared/descriptor.js';
import { isProblem, ProblemError, type Problem } from '../../shared/errors.js';
import { atomicWrite } from '../disk/atomic-write.js';
import { withLock, type LockOptions } from '../disk/lock.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { isObject, parseUntrustedObject } from '../image/json.js';
import { descriptorOf } from '../image/manifest.js';
import { mediaTypes } from '../image/media-types.js';
import type { Layout } from './layout.js';

/**
 * The descriptors of `index.json`, in order. A file that has not changed is parsed once: a registry looks at each request.
 * @throws ProblemError `library-damaged`
 */
export async function readIndex(layout: Layout): Promise<readonly Descriptor[]> {
  const mark = await markOf(layout.index);
  const known = parsed.get(layout);
  if (known && mark !== undefined && mark === known.mark) return known.manifests;
  const { manifests } = await readDocument(layout);
  if (mark === undefined) parsed.delete(layout);
  else parsed.set(layout, { mark, manifests });
  return manifests;
}

/** Replaces the descriptors under the index lock; readers see the list before or after. On disk when the promise resolves. */
export async function changeIndex(layout: Layout, change: (manifests: Descriptor[]) => Descriptor[], options: LockOptions = {}): Promise<void> {
  await withLock(
    layout.indexLock,
    async () => {
      const document = await readDocument(layout);
      await atomicWrite(layout.index, formatIndex({ ...document, manifests: change(document.manifests) }));
    },
    options,
  );
}

/**
 * Makes the layout's two files when they are missing. A damaged index is set aside under a name with the time,
 * and an empty one takes its place: the answer says so.
 */
export async function prepareIndex(layout: Layout): Promise<Problem | undefined> {
  if (await isSound(layout)) return undefined;
  return withLock(layout.indexLock, async () => {
    const problem = await setAsideIfDamaged(layout);
    if ((await readOrAbsent(layout.index)) === undefined) await atomicWrite(layout.index, formatIndex({ manifests: [] }));
    if ((await readOrAbsent(layout.marker)) === undefined) await atomicWrite(layout.marker, '{"imageLayoutVersion":"1.0.0"}\n');
    return problem;
  });
}

const parsed = new WeakMap<Layout, { readonly mark: string; readonly manifests: readonly Descriptor[] }>();

/** Two writes may fall into one tick of a file system's clock, whose coarsest has 2 s (FAT): a younger file may change unseen. */
const settledMilliseconds = 2_000;

/** Differs for each state of a file; undefined while it may still change without that. Taken before the file is read. */
async function markOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  const isSettled = found && Date.now() - Math.max(found.mtimeMs, found.ctimeMs) > settledMilliseconds;
  return isSettled ? [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ') : undefined;
}

interface IndexDocument {
  readonly manifests: Descriptor[];
  readonly [field: string]: unknown;
}

function formatIndex(document: IndexDocument): string {
  return `${JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, ...document }, undefined, 2)}\n`;
}

async function readOrAbsent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isDiskError(error, 'ENOENT')) return undefined;
    throw diskProblem(error, 'read', path);
  }
}

/** What other tools put beside the list is kept. */
async function readDocument(layout: Layout): Promise<IndexDocument> {
  const bytes = await readOrAbsent(layout.index);
  if (!bytes) return { manifests: [] };
  try {
    const document = parseUntrustedObject(bytes, layout.index);
    const { manifests } = document;
    if (!Array.isArray(manifests) || !manifests.every(isObject)) throw damaged(layout, 'it has no list of manifests');
    return { ...document, manifests: manifests.map((entry, at) => descriptorOf(entry, `${layout.index}, manifests[${at}]`)) };
  } catch (error) {
    if (isProblem(error, 'manifest-invalid')) throw damaged(layout, error.problem.message);
    throw error;
  }
}

function damaged(layout: Layout, why: string): ProblemError {
  return new ProblemError('library-damaged', {
    message: `The library's list of images ${layout.index} is damaged.`,
    next: 'Start Longshore again: it sets the damaged file aside and keeps all image data.',
    detail: why,
  });
}

async function isSound(layout: Layout): Promise<boolean> {
  const [marker, index] = await Promise.all([readOrAbsent(layout.marker), readOrAbsent(layout.index)]);
  if (!marker || !index) return false;
  return readDocument(layout).then(() => true, () => false);
}

async function setAsideIfDamaged(layout: Layout): Promise<Problem | undefined> {
  try {
    await readDocument(layout);
    return undefined;
  } catch (error) {
    if (!isProblem(error, 'library-damaged')) throw error;
    const aside = `${layout.index}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
    await rename(layout.index, aside);
    return new ProblemError('library-damaged', {
      message: `The library's list of images was damaged and is set aside as ${aside}.`,
      next: 'No image data was removed: pull or load the images again to name them, then delete that file.',
      detail: error.problem.detail,
    }).problem;
  }
}
