import { readdir, rm } from 'node:fs/promises';
import type { Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { tryLock, withLock } from '../disk/lock.js';
import { diskProblem } from '../disk/problems.js';
import { readIndex } from './index-file.js';
import type { Layout } from './layout.js';
import { listLeases } from './lease.js';
import { listBlobs, listFiles, type FoundBlob, type FoundFile } from './list-blobs.js';
import { findManifest, reach } from './reach.js';
import { recoverLeases } from './recover.js';
import { sweep } from './sweep.js';

export interface PruneOptions {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; ages are told from it. */
  readonly now?: number;
  /** Only count. */
  readonly dryRun?: boolean;
  /** Only these blobs, however young: a person has just removed the images that they were for. */
  readonly only?: ReadonlySet<Digest>;
}

export interface PruneReport {
  readonly blobs: number;
  readonly blobBytes: number;
  /** Remains of transfers that nobody went on with. */
  readonly partials: number;
  readonly partialBytes: number;
}

const hour = 60 * 60 * 1000;
/** A tool that writes layouts without our leases may still be on its way to the index. */
const youngMilliseconds = 24 * hour;
/** After a week nobody resumes a transfer. */
const stalePartialMilliseconds = 7 * 24 * hour;

/**
 * Removes what no image needs. Holds the index lock throughout, so that no job can begin to rely on what goes away:
 * jobs wait at their next lease or commit, transfers run on.
 * @throws ProblemError `library-damaged` when it cannot be known what the images need
 */
export async function prune(layout: Layout, { signal, now = Date.now(), dryRun = false, only }: PruneOptions): Promise<PruneReport> {
  await recoverLeases(layout, signal);
  return withLock(
    layout.indexLock,
    async () => {
      await refuseWithoutIndex(layout);
      const leased = new Set((await listLeases(layout)).flatMap(({ unsynced, relied }) => [...unsynced, ...relied]));
      const needed = await findNeeded(layout);
      const unneeded: FoundBlob[] = [];
      for await (const blob of listBlobs(layout)) {
        const isMeant = only ? only.has(blob.digest) : now - blob.changed >= youngMilliseconds;
        if (isMeant && !needed.has(blob.digest) && !leased.has(blob.digest)) unneeded.push(blob);
      }
      const doomed = await withoutReferrers(layout, unneeded, needed);
      const stale = only ? [] : await findStale(layout, now);
      for (const file of dryRun ? [] : [...doomed, ...stale]) {
        signal.throwIfAborted();
        await remove(file);
      }
      if (!dryRun) await sweep(layout);
      return { blobs: doomed.length, blobBytes: bytesOf(doomed), partials: stale.length, partialBytes: bytesOf(stale) };
    },
    { signal },
  );
}

const bytesOf = (files: readonly FoundFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

async function refuseWithoutIndex(layout: Layout): Promise<void> {
  const aside = (await readdir(layout.folder)).find((name) => name.startsWith('index.json.damaged-'));
  if (aside === undefined) return;
  throw new ProblemError('library-damaged', {
    message: `The library's list of images was damaged and is set aside as ${aside} in ${layout.folder}: pruning would remove the images that it named.`,
    next: 'Pull or load those images again, then delete that file.',
  });
}

async function findNeeded(layout: Layout): Promise<Set<Digest>> {
  const needed = new Set<Digest>();
  for await (const { descriptor, problem } of reach(layout, await readIndex(layout))) {
    needed.add(descriptor.digest);
    if (problem) throw new ProblemError('library-damaged', { ...problem, next: 'Verify the library first.', command: 'Run `longshore library verify` first.' });
  }
  return needed;
}

/** Signatures and other referrers stay with what they are about: by `subject` they point up, so the walk misses them. */
async function withoutReferrers(layout: Layout, unneeded: readonly FoundBlob[], needed: Set<Digest>): Promise<FoundBlob[]> {
  const referrers: FoundReferrer[] = [];
  for (const { digest } of unneeded) {
    const found = await findReferrer(layout, digest);
    if (found) referrers.push(found);
  }
  for (let found = take(referrers, needed); found; found = take(referrers, needed)) {
    for await (const { descriptor } of reach(layout, [found.descriptor])) needed.add(descriptor.digest);
  }
  return unneeded.filter(({ digest }) => !needed.has(digest));
}

interface FoundReferrer {
  readonly descriptor: Parameters<typeof reach>[1][number];
  readonly subject: Digest;
}

function take(referrers: FoundReferrer[], needed: ReadonlySet<Digest>): FoundReferrer | undefined {
  const at = referrers.findIndex(({ subject }) => needed.has(subject));
  return at < 0 ? undefined : referrers.splice(at, 1)[0];
}

async function findReferrer(layout: Layout, digest: Digest): Promise<FoundReferrer | undefined> {
  try {
    const found = await findManifest(layout, digest);
    return found?.manifest.subject && { descriptor: found.descriptor, subject: found.manifest.subject.digest };
  } catch (error) {
    if (isProblem(error, 'library-damaged')) return undefined;
    throw error;
  }
}

async function findStale(layout: Layout, now: number): Promise<FoundFile[]> {
  const stale: FoundFile[] = [];
  for (const folder of [layout.ingest, layout.leases, layout.folder]) {
    for await (const file of listFiles(folder)) {
      const isOurs = folder === layout.ingest ? !file.name.endsWith('.lock') : file.name.endsWith('.partial');
      if (isOurs && now - file.changed >= stalePartialMilliseconds && !(await isLocked(file))) stale.push(file);
    }
  }
  return stale;
}

/** A partial whose lock is held is on its way in, however old its last byte is. Nothing else has a lock beside it. */
async function isLocked({ name, path }: FoundFile): Promise<boolean> {
  if (!/\.(?:partial|parts)$/.test(name)) return false;
  const release = await tryLock(path.replace(/\.(?:partial|parts)$/, '.lock'));
  await release?.();
  return !release;
}

async function remove({ path }: FoundFile): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw diskProblem(error, 'remove', path);
  });
}
