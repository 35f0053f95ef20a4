import { readFile } from 'node:fs/promises';
import { runCommand } from '../local/run-command.js';

export interface Measurement {
  /** Wall clock, the start of the process included. */
  readonly seconds: number;
  /** User and system time of all its threads. */
  readonly processorSeconds: number;
  /** Peak resident memory. */
  readonly mebibytes: number;
  /** Given to disks, as the kernel counts: what a temporary file costs is seen here. */
  readonly writtenMebibytes: number;
}

/** In which getrusage(2) counts what was written. */
const blockBytes = 512;

/** Runs a command once under GNU time. @throws Error when it fails, or where there is no /usr/bin/time */
export async function measure(command: readonly string[], options: { readonly env: NodeJS.ProcessEnv; readonly resultFile: string; readonly signal: AbortSignal }): Promise<Measurement> {
  const { env, resultFile, signal } = options;
  const started = performance.now();
  await runCommand('/usr/bin/time', ['-f', '%U %S %M %O', '-o', resultFile, ...command], { env, signal });
  const seconds = (performance.now() - started) / 1000;
  const [user = 0, system = 0, kibibytes = 0, blocks = 0] = (await readFile(resultFile, 'utf8')).trim().split(' ').map(Number);
  return { seconds, processorSeconds: user + system, mebibytes: kibibytes / 1024, writtenMebibytes: (blocks * blockBytes) / 1024 ** 2 };
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
