import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDisplay } from '../../local/display.js';
import { writeBareApplication } from './bare-application.js';
import { measureFilter, type FilterTimes } from './filter.js';
import { go } from './go.js';
import { measurePageChanges, type PageHeap } from './page-changes.js';
import { builtFolder, startProgram, type AttachedPage, type ProgramOptions } from './program.js';
import { startBenchRegistry } from './registry.js';
import { measureScrolling, type Scrolling } from './scroll.js';
import { repository, seedProfile, tagCount, type Seeded } from './seed.js';
import { measureStartUp, type StartUp } from './start-up.js';
import { words } from '../../../renderer/words/en.js';

export interface WindowResult {
  readonly ours: readonly StartUp[];
  readonly bare: readonly StartUp[];
  readonly seeded: Seeded;
  readonly filter: readonly FilterTimes[];
  readonly scrolling: Scrolling;
  readonly heaps: readonly [early: PageHeap, late: PageHeap];
}

export interface WindowOptions {
  readonly folder: string;
  /** Of each start. */
  readonly runs: number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Measures the built window in the real Electron, on a display that nobody sees. */
export async function measureWindow({ folder, runs, say, signal }: WindowOptions): Promise<WindowResult> {
  const registry = await startBenchRegistry();
  const display = await openDisplay();
  try {
    const [home, bareHome] = [join(folder, 'window'), join(folder, 'bare')];
    for (const each of [home, bareHome]) await mkdir(each, { recursive: true });
    const seeded = await seedProfile(home, registry.host);
    say(`window  ${tagCount.toLocaleString('en')} tags in ${seeded.namesSeconds.toFixed(1)} s, their details in ${seeded.detailsSeconds.toFixed(1)} s`);
    const ours: ProgramOptions = { application: builtFolder, home, display: display.name };
    const bare: ProgramOptions = { application: await writeBareApplication(join(folder, 'application')), home: bareHome, display: display.name };
    const starts = await measureStarts({ ours, bare, texts: seeded.names, runs, say, signal });
    return { ...starts, seeded, ...await measureWork(ours, seeded, say) };
  } finally {
    await display.close();
    await registry.close();
  }
}

interface StartOptions extends Pick<WindowOptions, 'runs' | 'say' | 'signal'> {
  readonly ours: ProgramOptions;
  readonly bare: ProgramOptions;
  readonly texts: readonly string[];
}

/** Starts the two in turns: what the machine does beside hits both alike. The first start of each fills its caches and does not count. */
async function measureStarts({ ours, bare, texts, runs, say, signal }: StartOptions): Promise<Pick<WindowResult, 'ours' | 'bare'>> {
  const measured = { ours: [] as StartUp[], bare: [] as StartUp[] };
  for (let run = 0; run <= runs; run += 1) {
    for (const [name, options, shown] of [['ours', ours, texts], ['bare', bare, ['Ready']]] as const) {
      signal.throwIfAborted();
      const start = await measureStartUp(options, shown);
      if (run === 0) continue;
      measured[name].push(start);
      say(`window  ${name}  ready ${start.readyMilliseconds.toFixed(0).padStart(5)} ms  ${start.mebibytes.toFixed(0).padStart(4)} MiB`);
    }
  }
  return measured;
}

async function measureWork(options: ProgramOptions, seeded: Seeded, say: WindowOptions['say']): Promise<Pick<WindowResult, 'filter' | 'scrolling' | 'heaps'>> {
  const program = await startProgram(options);
  try {
    const attached = await program.attach();
    await openTags(attached, seeded);
    const filter = await measureFilter(attached.page);
    for (const { by, keys } of filter) say(`window  filter by ${by.padEnd(6)}  at most ${Math.max(...keys).toFixed(0)} ms`);
    const scrolling = await measureScrolling(attached.page);
    say(`window  ${scrolling.rows} rows scrolled, ${scrolling.longTasks.length} long tasks`);
    const heaps = await measurePageChanges(attached, seeded);
    say(`window  heap ${heaps.map(({ mebibytes, changes }) => `${mebibytes.toFixed(2)} MiB after ${changes} pages`).join(', ')}`);
    return { filter, scrolling, heaps };
  } finally {
    await program.stop();
  }
}

/** Waits until the registry was asked for all tags: its answer would come between what is measured. */
async function openTags({ page }: AttachedPage, { account }: Seeded): Promise<void> {
  await page.getByRole('main').waitFor();
  const refreshed = page.evaluate(`new Promise((resolve) => {
    const stop = window.longshore.listen(({ name, event }) => {
      if (name !== 'view.changed' || event.refreshing || event.total !== ${tagCount}) return;
      stop();
      resolve();
    });
    window.benchIsListening = true;
  })`);
  await page.waitForFunction('window.benchIsListening');
  await go(page, { address: `accounts/${account}/${repository}`, title: 'tags', shows: 'rc.' });
  await refreshed;
  await page.getByRole('status').filter({ hasText: words.parts.ofMatched(tagCount, tagCount) }).waitFor();
}
