import type { Digest } from '../../shared/digest.js';
import { count, formatBytes, formatDuration } from '../../shared/format.js';
import { parsePlatformChoice } from '../../shared/platform.js';
import type { Reference } from '../../shared/reference.js';
import type { PlanSummary } from '../../shared/transfer.js';
import type { PlanOptions } from '../copy/plan-copy.js';
import { summarize } from '../copy/summarize.js';
import type { Verified } from '../copy/verify-copy.js';
import type { CopyPlan } from '../stores/plan.js';
import type { Job, Place } from '../transfers/jobs.js';
import { planJob } from '../transfers/plan-job.js';
import { Transfer } from '../transfers/transfer.js';
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
}

const platformOption: VerbOption = {
  flags: '--platform <platform>',
  description: 'os/architecture[/variant], all by default; several with commas or repeated; any choice changes the digest',
  repeated: true,
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
 * Carries out what the options say with a job, and prints what it did.
 * @param more what the verb adds: to the result, and below its lines
 */
export async function transfer(context: Context, job: Job, options: TransferOptions, more: { readonly result?: object; readonly lines?: readonly string[] } = {}): Promise<void> {
  const { output } = context;
  if (options.dryRun) {
    const planned = await planOnly(context, job, options);
    return output.result(planned, () => dryRunLines(planned));
  }
  const result = await carryOut(context, job, options);
  output.result({ ...result, ...more.result }, () => [...transferLines(result), ...(more.lines ?? [])]);
}

async function planOnly(context: Context, job: Job, options: TransferOptions): Promise<DryRun> {
  const plan = await planJob(job, { signal: context.signal, ...planChoice(options) });
  await job.target.end?.(false);
  for (const warning of plan.warnings) context.output.notice(`warning: ${warning}`);
  return dryRun(job, plan);
}

/** With progress on stderr, and a record of it in the journal. */
async function carryOut(context: Context, job: Job, options: TransferOptions): Promise<TransferResult> {
  const started = Date.now();
  const choice = planChoice(options);
  const { signal } = context;
  if (options.verify) checkVerifiable(job);
  const progress = new CopyProgress(context.output);
  const kept = new Transfer(job, { journal: await context.journal() });
  const work = async (): Promise<{ plan: CopyPlan; verified: Verified | undefined }> => {
    kept.planning();
    const plan = await planJob(job, { signal, ...choice });
    await kept.copy(job, plan, { signal, onEvent: progress.onEvent });
    return { plan, verified: options.verify ? await verifyJob(job, plan, { signal, spoolFolder: context.profile.spoolFolder }) : undefined };
  };
  try {
    const { plan, verified } = await kept.run(work, { signal });
    const summary = summarize(plan);
    return {
      images: summary.images.map(({ source, target, digest, also }) => ({ source, target: job.fullName(target), digest, also: also.map((name) => job.fullName(name)) })),
      ...(summary.referrers && { referrers: summary.referrers }),
      bytes: { total: summary.bytes, present: summary.presentBytes, moved: progress.moved },
      blobs: { total: summary.blobs, present: summary.presentBlobs },
      ...(verified && { verified }),
      seconds: (Date.now() - started) / 1000,
      warnings: summary.warnings,
    };
  } finally {
    progress.stop();
  }
}

/** Where references lead. All of a command are asked for in one call, so that credentials reach the right ones. */
export async function placesOf(context: Context, references: readonly Reference[]): Promise<Place[]> {
  const stores = await context.repositories(references);
  return references.map((reference, at) => ({ store: stores[at]!, reference }));
}

/** `registry.example.com/team/app:1.0  sha256:…` for each image, then what it took. */
function transferLines(result: TransferResult): string[] {
  const rate = result.bytes.moved > 0 && result.seconds > 0 ? `, ${formatBytes(result.bytes.moved / result.seconds)}/s` : '';
  return [
    ...result.images.flatMap(({ target, digest, also }) => [target, ...also].map((name) => `${name}  ${digest}`)),
    `${count(result.images.length, 'image')}${result.referrers ? ` and ${count(result.referrers.length, 'referrer')}` : ''}, ${formatBytes(result.bytes.moved)} moved in ${formatDuration(result.seconds * 1000)}${rate}`,
    ...(result.verified ? [`${count(result.verified.checked, 'part')}, ${formatBytes(result.verified.bytes)} verified`] : []),
  ];
}
