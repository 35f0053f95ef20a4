import { resolve } from 'node:path';
import type { TransferRequest } from '../../shared/contract/transfers.js';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { count, formatBytes, formatDuration } from '../../shared/format.js';
import { parsePlatformChoice } from '../../shared/platform.js';
import type { Reference } from '../../shared/reference.js';
import type { PlanSummary } from '../../shared/transfer.js';
import type { PlanOptions } from '../copy/plan-copy.js';
import { summarize } from '../copy/summarize.js';
import type { Verified } from '../copy/verify-copy.js';
import type { CopyPlan } from '../stores/plan.js';
import type { OnRetry } from '../stores/store.js';
import type { Job, Place } from '../transfers/jobs.js';
import { planJob } from '../transfers/plan-job.js';
import { planKey } from '../transfers/plan-key.js';
import type { TransferRecord } from '../transfers/record.js';
import { pausing, type Identity } from '../transfers/transfer.js';
import { untilRoom, type OnFull } from '../transfers/until-room.js';
import { beginTransfer, type Begun } from './begin-transfer.js';
import { checkVerifiable, verifyJob } from '../transfers/verify-job.js';
import type { Context } from './context.js';
import { dryRun, dryRunLines, type DryRun } from './dry-run.js';
import { CopyProgress } from './progress.js';
import type { VerbOption } from './verb.js';

/** What a copy did. `bytes` counts blobs: all of the images, what was there before, what was moved. */
export interface TransferResult {
  readonly images: readonly { readonly source: string; readonly target: string; readonly digest: Digest; readonly also: readonly string[] }[];
  /** What went along; absent where it was not asked for. */
  readonly referrers?: PlanSummary['referrers'];
  readonly bytes: { readonly total: number; readonly present: number; readonly moved: number };
  readonly blobs: { readonly total: number; readonly present: number };
  /** With --verify: manifests and blobs that were found whole at the target. */
  readonly verified?: Verified;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

export interface TransferOptions {
  readonly platform?: readonly string[];
  readonly referrers?: boolean;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly onFull?: OnFull;
}

const platformOption: VerbOption = {
  flags: '--platform <platform>',
  description: 'os/architecture[/variant], all by default; several with commas or repeated; any choice changes the digest',
  repeated: true,
};

export const onFullOption: VerbOption = {
  flags: '--on-full <when>',
  description: 'when the disk is full: wait for room, or fail; without it a terminal waits and a script fails',
  choices: ['wait', 'fail'],
};

const referrersOption: VerbOption = {
  flags: '--referrers',
  description: "also what refers to the images: signatures, attestations, SBOMs, by the referrers API and by cosign's tags",
};

/** For every verb that moves images. */
export const transferOptions: readonly VerbOption[] = [
  platformOption,
  referrersOption,
  { flags: '--dry-run', description: 'say what would be sent, mounted and skipped, and move nothing' },
  { flags: '--verify', description: 'look at the target again afterwards: at every name, manifest and blob, by its hash where that is at hand' },
];

/** What the options mean for a plan. @throws ProblemError `usage-invalid` */
function planChoice({ platform = ['all'], referrers = false, verify = false }: TransferOptions): Omit<PlanOptions, 'signal' | 'overwrite'> {
  return { platform: parsePlatformChoice(platform.join(',')), referrers, deep: verify };
}

export const overwriteOption: VerbOption = {
  flags: '--overwrite <when>',
  description: 'when a tag that exists may be set: never, only to the same image, or always',
  choices: ['never', 'same', 'always'],
  fallback: 'same',
};

/**
/** What a verb adds: to the result, below its lines, and what it was asked for. */
export interface TransferMore {
  readonly result?: object;
  readonly lines?: readonly string[];
  /** The same in accounts and paths, to go on with it later; absent where a stream is read or written. */
  readonly request?: TransferRequest | undefined;
}

/** Carries out what the options say with a job, keeps a record of it in the journal, and prints what it did. */
export async function transfer(context: Context, job: Job, options: TransferOptions, more: TransferMore = {}): Promise<void> {
  const { output } = context;
  if (options.dryRun) {
    const planned = await planOnly(context, job, options);
    return output.result(planned, () => dryRunLines(planned));
  }
  if (options.verify) checkVerifiable(job);
  const { request } = more;
  const { credentialFile, plainHttp } = context.options;
  const reach = { ...(credentialFile !== undefined && { credentialFile: resolve(credentialFile) }), ...(plainHttp !== undefined && { plainHttp }) };
  const identity: Identity = { kind: job.kind, title: job.title, by: 'command line', ...(job.file !== undefined && { file: resolve(job.file) }) };
  const begun = await beginTransfer(context, { ...identity, ...(request && { key: planKey(request), request, reach }) });
  const open = async (again: boolean): Promise<Job> => (again ? openAgain(context, begun) : job);
  const result = await carryOut(context, open, options, begun);
  output.result({ ...result, ...more.result }, () => [...transferLines(result), ...(more.lines ?? [])]);
}

async function planOnly(context: Context, job: Job, options: TransferOptions): Promise<DryRun> {
  const plan = await planJob(job, { signal: context.signal, ...planChoice(options) });
  await job.target.end?.(false);
  for (const warning of plan.warnings) context.output.notice(`warning: ${warning}`);
  return dryRun(job, plan);
}

/** With progress on stderr. */
export async function carryOut(context: Context, open: (again: boolean) => Promise<Job>, options: TransferOptions, begun: Begun): Promise<TransferResult> {
  const started = Date.now();
  const choice = planChoice(options);
  const { onFull = context.output.live ? 'wait' : 'fail' } = options;
  const { transfer: kept, signal } = begun;
  const progress = new CopyProgress(context.output, kept);
  const onRetry: OnRetry = (problem, wait, number) => {
    kept.onRetry(problem, wait, number);
    progress.onAskAgain(problem, wait);
  };
  const attempt = async (again: boolean): Promise<{ job: Job; plan: CopyPlan; verified: Verified | undefined }> => {
    kept.planning();
    const job = await open(again);
    try {
      const plan = await planJob(job, { signal, onRetry, ...choice });
      await kept.copy(job, plan, { signal, onEvent: progress.onEvent });
      return { job, plan, verified: options.verify ? await verifyJob(job, plan, { signal, spoolFolder: context.profile.spoolFolder }) : undefined };
    } finally {
      await job.close?.();
    }
  };
  try {
    const { job, plan, verified } = await kept.run(() => untilRoom(kept, attempt, { signal, onFull, onWait: progress.onWait }), { signal });
    const summary = summarize(plan);
    return {
      images: summary.images.map(({ source, target, digest, also }) => ({ source, target: job.fullName(target), digest, also: also.map((name) => job.fullName(name)) })),
      ...(summary.referrers && { referrers: summary.referrers }),
      bytes: { total: summary.bytes, present: kept.record.bytes.present, moved: kept.record.bytes.moved },
      blobs: { total: summary.blobs, present: summary.presentBlobs },
      ...(verified && { verified }),
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
    `${count(result.images.length, 'image')}${result.referrers ? ` and ${count(result.referrers.length, 'referrer')}` : ''}, ${formatBytes(result.bytes.moved)} moved in ${formatDuration(result.seconds * 1000)}${rate}`,
    ...(result.verified ? [`${count(result.verified.checked, 'part')}, ${formatBytes(result.verified.bytes)} verified`] : []),
  ];
}
