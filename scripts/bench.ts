import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchImage, type BenchImage } from './bench/image.js';
import { measure, median, type Measurement } from './bench/measure.js';
import { formatReport, ratioOf, worksSection, type Result } from './bench/report.js';
import { findTools, toolNames, type Tool, type ToolName } from './bench/tools.js';
import { measureWindow } from './bench/window/measure-window.js';
import { windowSection } from './bench/window/window-report.js';
import { wasSentWhole, works, type Place, type Work } from './bench/works.js';
import { startDockerRegistry } from './local/docker-registry.js';
import { runCommand } from './local/run-command.js';
import { stopOnSignal } from './local/stop-on-signal.js';
import { electronProgram } from './set-up/electron-folder.mjs';

// `npm run bench -- [--only WORK|window]... [--runs N] [--starts N] [--size MIB]`: measures the command line beside the tools
// that others use, and the window beside a bare Electron. The whole, in the usual size, is written to docs/benchmarks.md.

const cache = resolve('.cache/bench');
const helpRuns = 11;

const windowName = 'window';

async function bench(signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, runs: { type: 'string', default: '3' }, starts: { type: 'string', default: '9' }, size: { type: 'string', default: '1024' } },
  });
  const names = [...works.map(({ name }) => name), windowName];
  const chosen = values.only ?? names;
  const [runs, starts, mebibytes] = [Number(values.runs), Number(values.starts), Number(values.size)];
  if (!chosen.every((name) => names.includes(name)) || !(runs >= 1) || !(starts >= 1) || !(mebibytes >= 8)) {
    throw new Error(`Write npm run bench -- [--only ${names.join('|')}]... [--runs 1..] [--starts 1..] [--size MiB, 8..].`);
  }
  const [loadBefore = 0] = loadavg();
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'run-'));
  try {
    const sections: string[] = [];
    const chosenWorks = works.filter(({ name }) => chosen.includes(name));
    if (chosenWorks.length > 0) sections.push(...await benchWorks(chosenWorks, { folder, runs, mebibytes, signal }));
    if (chosen.includes(windowName)) {
      const result = await measureWindow({ folder, runs: starts, say: (text) => console.log(text), signal });
      sections.push(...windowSection(result, await readFile(join(dirname(electronProgram()), 'version'), 'utf8')));
    }
    const report = formatReport({ sections, loadBefore });
    console.log(`\n${report}`);
    // A part, or another size, is for the one who measures and not for the docs.
    if (values.only === undefined && values.size === '1024') await writeFile('docs/benchmarks.md', report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface WorksOptions {
  readonly folder: string;
  readonly runs: number;
  readonly mebibytes: number;
  readonly signal: AbortSignal;
}

async function benchWorks(chosen: readonly Work[], { folder, runs, mebibytes, signal }: WorksOptions): Promise<readonly string[]> {
  const tools = await findTools();
  console.log(`An image of ${mebibytes} MiB of files ...`);
  const image = await benchImage(cache, mebibytes, signal);
  const registry = await startDockerRegistry({ folder: join(folder, 'registry') });
  try {
    const fixed = await prepare(folder, registry.host, image, tools);
    const results: Result[] = [];
    for (const work of chosen) {
      const result = { work, runs: await measureWork(work, { tools, runs, fixed, folder, signal }) };
      console.log(`  ${ratioOf(result, 'seconds').toFixed(2)} times the best peer\n`);
      results.push(result);
    }
    const helpSeconds = await measureHelp(tools.longshore, join(folder, 'time'), signal);
    return worksSection({ results, image, tools, runs, helpSeconds, registry: (await runCommand('docker-registry', ['--version'])).trim() });
  } finally {
    await registry.stop();
  }
}

type Fixed = Omit<Place, 'target' | 'path' | 'emptyHome'>;

/** Fills the registry, a library and an archive with the image. */
async function prepare(folder: string, host: string, image: BenchImage, { longshore }: Record<ToolName, Tool>): Promise<Fixed> {
  const source = `${host}/bench/source:1`;
  const [archive, filledHome] = [join(folder, 'source.tar'), join(folder, 'filled')];
  const run = ([program = '', ...words]: readonly string[]): Promise<string> => runCommand(program, words, { env: { ...process.env, LONGSHORE_HOME: filledHome } });
  await run(['skopeo', 'copy', '--quiet', '--dest-tls-verify=false', `oci:${image.layout}:1`, `docker://${source}`]);
  await run([...longshore.command, 'pull', source, '--quiet']);
  await run([...longshore.command, 'save', source, '--from-library', '-o', archive, '--quiet']);
  return { image, source, archive, filledHome, libraryName: source };
}

interface WorkOptions {
  readonly tools: Record<ToolName, Tool>;
  readonly runs: number;
  readonly fixed: Fixed;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Everyone once, then everyone again, each round begun by another: what the machine does beside hits all alike. */
async function measureWork(work: Work, options: WorkOptions): Promise<Record<ToolName, Measurement[]>> {
  const measured: Record<ToolName, Measurement[]> = { longshore: [], crane: [], regctl: [], skopeo: [] };
  for (let round = 0; round < options.runs; round += 1) {
    for (let turn = 0; turn < toolNames.length; turn += 1) {
      const name = toolNames[(round + turn) % toolNames.length]!;
      const run = await measureOnce(work, name, options);
      measured[name].push(run);
      console.log(`${work.name}  ${name.padEnd(9)}  ${run.seconds.toFixed(2).padStart(6)} s  ${run.mebibytes.toFixed(0).padStart(4)} MiB`);
    }
  }
  return measured;
}

async function measureOnce(work: Work, name: ToolName, { tools, fixed, folder, signal }: WorkOptions): Promise<Measurement> {
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  // A registry of its own for each run that writes to one: nobody can know it, or mount what an earlier run left.
  const registry = work.writesTo === 'registry' ? await startDockerRegistry({ folder: join(scratch, 'registry') }) : undefined;
  try {
    const place: Place = { ...fixed, target: `${registry?.host}/bench/target:1`, path: join(scratch, 'target'), emptyHome: join(scratch, 'home') };
    // What the run before left in the page cache is written out first.
    await runCommand('sync', []);
    const run = await measure([...tools[name].command, ...work.arguments[name](place)], {
      env: { ...process.env, LONGSHORE_HOME: work.home(place) },
      resultFile: join(scratch, 'time'),
      signal,
    });
    await work.check(place);
    await registry?.stop();
    if (registry) await wasSentWhole(registry.accessLog, fixed.image);
    return run;
  } finally {
    await registry?.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function measureHelp({ command }: Tool, resultFile: string, signal: AbortSignal): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < helpRuns; run += 1) seconds.push((await measure([...command, '--help'], { env: process.env, resultFile, signal })).seconds);
  return median(seconds);
}

await stopOnSignal(bench);
