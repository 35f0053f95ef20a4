import { resolve } from 'node:path';
import type { TransferRequest } from '../../shared/contract/transfers.js';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { count, formatBytes, formatDuration } from '../../shared/format.js';
import { parsePlatformChoice } from '../../shared/platform.js';
import type { Reference } from '../../shared/reference.js';
import { summarize } from '../copy/summarize.js';
import type { CopyPlan } from '../stores/plan.js';
import type { OnRetry } from '../stores/store.js';
import type { Job, Place } from '../transfers/jobs.js';
import { planJob } from '../transfers/plan-job.js';
import { planKey } from '../transfers/plan-key.js';
import type { TransferRecord } from '../transfers/record.js';
import { pausing, type Identity } from '../transfers/transfer.js';
import { untilRoom, type OnFull } from '../transfers/until-room.js';
import { beginTransfer, type Begun } from './begin-transfer.js';
import type { Context } from './context.js';
import { CopyProgress } from './progress.js';
import type { VerbOption } from './verb.js';

/** What a copy did. `bytes` counts blobs: all of the images, what was there before, what was moved. */
export interface TransferResult {
  readonly images: readonly { readonly source: string; readonly target: string; readonly digest: Digest; readonly also: readonly string[] }[];
  readonly bytes: { readonly total: number; readonly present: number; readonly moved: number };
  readonly blobs: { readonly total: number; readonly present: number };
  readonly seconds: number;
  readonly warnings: readonly string[];
}

export interface TransferOptions {
  readonly platform?: string;
  readonly onFull?: OnFull;
}

export const platformOption: VerbOption = {
  flags: '--platform <platform>',
  description: 'os/architecture[/variant], or all; one platform has its own digest',
  fallback: 'all',
};

export const onFullOption: VerbOption = {
  flags: '--on-full <when>',
  description: 'when the disk is full: wait for room, or fail; without it a terminal waits and a script fails',
  choices: ['wait', 'fail'],
};

export const overwriteOption: VerbOption = {
  flags: '--overwrite <when>',
  description: 'when a tag that exists may be set: never, only to the same image, or always',
  choices: ['never', 'same', 'always'],
  fallback: 'same',
};

/**
 * Plans and carries out a job with progress on stderr, and keeps a record of it in the journal.
 * @param request the same in accounts and paths, to go on with it later; absent where a stream is read or written
 */
export async function transfer(context: Context, job: Job, options: TransferOptions, request?: TransferRequest): Promise<TransferResult> {
  const { credentialFile, plainHttp } = context.options;
  const reach = { ...(credentialFile !== undefined && { credentialFile: resolve(credentialFile) }), ...(plainHttp !== undefined && { plainHttp }) };
  const identity: Identity = { kind: job.kind, title: job.title, by: 'command line', ...(job.file !== undefined && { file: resolve(job.file) }) };
  const begun = await beginTransfer(context, { ...identity, ...(request && { key: planKey(request), request, reach }) });
  const open = async (again: boolean): Promise<Job> => (again ? openAgain(context, begun) : job);
  return carryOut(context, open, options, begun);
}

/** As {@link transfer}, of one that was begun. */
export async function carryOut(context: Context, open: (again: boolean) => Promise<Job>, { platform = 'all', onFull = context.output.live ? 'wait' : 'fail' }: TransferOptions, begun: Begun): Promise<TransferResult> {
  const started = Date.now();
  const { transfer: kept, signal } = begun;
  const progress = new CopyProgress(context.output, kept);
  const onRetry: OnRetry = (problem, wait, number) => {
    kept.onRetry(problem, wait, number);
    progress.onAskAgain(problem, wait);
  };
  const attempt = async (again: boolean): Promise<{ job: Job; plan: CopyPlan }> => {
    kept.planning();
    const job = await open(again);
    try {
      const plan = await planJob(job, { signal, onRetry, platform: parsePlatformChoice(platform) });
      await kept.copy(job, plan, { signal, onEvent: progress.onEvent });
      return { job, plan };
    } finally {
      await job.close?.();
    }
  };
  try {
    const { job, plan } = await kept.run(() => untilRoom(kept, attempt, { signal, onFull, onWait: progress.onWait }), { signal });
    const summary = summarize(plan);
    return {
      images: summary.images.map(({ source, target, digest, also }) => ({ source, target: job.fullName(target), digest, also: also.map((name) => job.fullName(name)) })),
      bytes: { total: summary.bytes, present: kept.record.bytes.present, moved: kept.record.bytes.moved },
      blobs: { total: summary.blobs, present: summary.presentBlobs },
      seconds: (Date.now() - started) / 1000,
      warnings: summary.warnings,
    };
  } catch (error) {
    throw signal.reason === pausing ? paused(kept.record) : error;
  } finally {
    begun.end();
    progress.stop();
  }
}

/** From its record alone, as any process could. */
export async function openAgain(context: Context, { transfer: { record }, signal }: Begun): Promise<Job> {
  const [{ openJob }, { sourcesOf }] = await Promise.all([import('../transfers/open-job.js'), import('./sources.js')]);
  return openJob(record.request!, await sourcesOf(context, record), { signal });
}

function paused({ id, title }: Pick<TransferRecord, 'id' | 'title'>): ProblemError {
  return new ProblemError('cancelled', { message: `The transfer of ${title} was paused.`, next: `\`longshore transfers resume ${id}\` goes on, and so does the same command; what was moved is kept.` });
}

/** Where references lead. All of a command are asked for in one call, so that credentials reach the right ones. */
export async function placesOf(context: Context, references: readonly Reference[]): Promise<Place[]> {
  const stores = await context.repositories(references);
  return references.map((reference, at) => ({ store: stores[at]!, reference }));
}

/** `registry.example.com/team/app:1.0  sha256:…` for each image, then what it took. */
export function transferLines(result: TransferResult): string[] {
  const rate = result.bytes.moved > 0 && result.seconds > 0 ? `, ${formatBytes(result.bytes.moved / result.seconds)}/s` : '';
  return [
    ...result.images.flatMap(({ target, digest, also }) => [target, ...also].map((name) => `${name}  ${digest}`)),
    `${count(result.images.length, 'image')}, ${formatBytes(result.bytes.moved)} moved in ${formatDuration(result.seconds * 1000)}${rate}`,
  ];
}
