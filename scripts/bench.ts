import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { works } from './bench/comparisons.js';
import { measureEngine, type EngineOptions } from './bench/engine.js';
import { profileWorks } from './bench/profile.js';
import { formatReport } from './bench/report.js';
import { allRows } from './bench/rows/all-rows.js';
import { measureWindow } from './bench/window/measure-window.js';
import { windowSection } from './bench/window/window-report.js';
import { stopOnSignal } from './local/stop-on-signal.js';
import { electronProgram } from './set-up/electron-folder.mjs';

// `npm run bench -- [--only ROW|window]... [--runs N] [--starts N] [--size MIB] [--huge] [--cpu-prof FOLDER]`: measures the
// transfer engine beside the tools that others use, and the window beside a bare Electron. The whole, in the usual size, is
// written to docs/benchmarks.md.

const cache = resolve('.cache/bench');
const windowName = 'window';
const usualSize = '1024';

async function bench(signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      runs: { type: 'string' },
      starts: { type: 'string', default: '9' },
      size: { type: 'string', default: usualSize },
      huge: { type: 'boolean', default: false },
      'cpu-prof': { type: 'string' },
    },
  });
  const { only, huge, 'cpu-prof': profiles } = values;
  const names = [...allRows.map(({ name }) => name), windowName];
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  const [starts, mebibytes] = [Number(values.starts), Number(values.size)];
  if (!(only ?? []).every((name) => names.includes(name)) || (runs !== undefined && !(runs >= 1)) || !(starts >= 1) || !(mebibytes >= 8)) {
    throw new Error(`Write npm run bench -- [--only ${names.join('|')}]... [--runs 1..] [--starts 1..] [--size MiB, 8..] [--huge] [--cpu-prof FOLDER].`);
  }
  const rows = allRows.filter(({ name, isHuge }) => (only ? only.includes(name) : huge || !isHuge));
  const [loadBefore = 0] = loadavg();
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'run-'));
  const say = (text: string): void => console.log(text);
  const options: EngineOptions = { cache, folder, runs, mebibytes, say, signal };
  try {
    if (profiles !== undefined) return await profileWorks(works.filter((work) => rows.some(({ name }) => name === work.name)), profiles, options);
    const sections: string[] = [];
    if (rows.length > 0) sections.push(...await measureEngine(rows, options));
    if (!only || only.includes(windowName)) {
      const result = await measureWindow({ folder, runs: starts, say, signal });
      sections.push(...windowSection(result, await readFile(join(dirname(electronProgram()), 'version'), 'utf8')));
    }
    const report = formatReport({ sections, loadBefore });
    console.log(`\n${report}`);
    // A part, or another size, is for the one who measures and not for the docs.
    if (only === undefined && values.size === usualSize) await writeFile('docs/benchmarks.md', report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await stopOnSignal(bench);
