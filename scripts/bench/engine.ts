import { join } from 'node:path';
import { count, formatDuration } from '../../shared/format.js';
import { runCommand } from '../local/run-command.js';
import { calibrate, calibrationLine } from './calibrate.js';
import { works } from './comparisons.js';
import { measure, median } from './measure.js';
import { engineSection } from './report.js';
import type { Bench, Outcome, Row } from './row.js';
import { Sources } from './sources.js';
import { findAbilities, findPackaged, findTools, type Tool } from './tools.js';

const helpRuns = 11;
/** Of the time of a row, what programs and registries take to start: it does not shrink with the image. */
const fixedShare = 0.1;

export interface EngineOptions {
  readonly cache: string;
  readonly folder: string;
  /** As asked with `--runs`. */
  readonly runs: number | undefined;
  readonly mebibytes: number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Works with all that rows are measured with. */
export async function withBench<T>(options: EngineOptions, work: (bench: Bench) => Promise<T>): Promise<T> {
  const tools = await findTools();
  const sources = new Sources({ ...options, tools });
  try {
    return await work({ ...options, tools, abilities: await findAbilities(tools.longshore), packaged: findPackaged(), sources });
  } finally {
    await sources.stop();
  }
}

/** Measures rows one after the other. @returns the part of the report about the transfer engine */
export async function measureEngine(rows: readonly Row[], options: EngineOptions): Promise<readonly string[]> {
  const { say, runs, mebibytes, folder, signal } = options;
  const expected = (row: Row): number => row.seconds(runs) * (fixedShare + ((1 - fixedShare) * mebibytes) / 1024);
  say(`${count(rows.length, 'row')}, about ${formatDuration(1000 * rows.reduce((sum, row) => sum + expected(row), 0))} on an idle machine.`);
  return withBench(options, async (bench) => {
    const links = await calibrateLinks(rows, bench);
    const outcomes: Outcome[] = [];
    for (const [at, row] of rows.entries()) {
      say(`\n${at + 1} of ${rows.length}  ${row.name}: ${row.title}, about ${formatDuration(1000 * expected(row))}`);
      const outcome = await row.measure(bench);
      for (const { target, longshore, peer, ratio, met } of outcome.verdicts) say(`  ${[longshore, peer, ratio && `ratio ${ratio}`].filter(Boolean).join(', ')}; ${target}: ${met === undefined ? '–' : met ? 'met' : 'NOT MET'}`);
      outcomes.push(outcome);
    }
    const usesFiles = rows.some(({ name }) => works.some((work) => work.name === name && work.image === 'files'));
    return engineSection({
      outcomes,
      links,
      runs,
      tools: bench.tools,
      abilities: bench.abilities,
      image: usesFiles ? await bench.sources.image('files') : undefined,
      helpSeconds: await measureHelp(bench.tools.longshore, join(folder, 'time'), signal),
      registry: (await runCommand('docker-registry', ['--version'])).trim(),
    });
  });
}

/** What is measured through a link says little before it is known what the link is. */
async function calibrateLinks(rows: readonly Row[], { folder, say }: Bench): Promise<string[]> {
  const links = new Set(works.filter(({ name }) => rows.some((row) => row.name === name)).flatMap(({ link }) => link ?? []));
  const lines: string[] = [];
  for (const link of links) {
    const line = calibrationLine(link, await calibrate(link, folder));
    say(`A slow link: ${line}`);
    lines.push(line);
  }
  return lines;
}

async function measureHelp({ command }: Tool, resultFile: string, signal: AbortSignal): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < helpRuns; run += 1) seconds.push((await measure([...command, '--help'], { env: process.env, resultFile, signal })).seconds);
  return median(seconds);
}
