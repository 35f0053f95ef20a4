import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, type RunnerTask } from 'vitest';
import { locateProfile } from '../../main/accounts/profile.js';
import { startDockerRegistry, type DockerRegistry } from '../../scripts/local/docker-registry.js';
import { runCommand } from '../../scripts/local/run-command.js';
import { bundleChild } from '../unit/run-child.js';
import { startContainerd, startDockerd, type Daemon } from './daemons.js';
import { findTool, hasGo } from './find-tool.js';
import { lookIntoLibrary } from './matrix/longshore.js';
import { formatPage, type Cell } from './matrix/page.js';
import type { Format, Keeps, Kept, Place, Row, Seen } from './matrix/row.js';
import { rows } from './matrix/rows.js';
import { makeSamples, type Kind, type Sample } from './matrix/samples.js';

// What each tool does with our archives, and we with theirs. docs/interop.md is written from what ran here: npm run interop.

declare module 'vitest' {
  interface TaskMeta {
    /** Where the outcome belongs in the tables. */
    cell?: Omit<Cell, 'outcome'>;
  }
}

let folder: string;
let bundle: string;
let samples: Record<Kind, Sample>;
let containerd: Daemon;
let docker: Daemon;
let registry: DockerRegistry;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-matrix-'));
  bundle = await bundleChild(join(import.meta.dirname, '../../main/longshore.ts'));
  samples = await makeSamples(libraryIn(join(folder, 'source')));
  registry = await startDockerRegistry({ folder: join(folder, 'registry') });
  stops.push(registry.stop);
  containerd = await startContainerd(join(folder, 'containerd'));
  stops.push(containerd.stop);
  docker = await startDockerd(join(folder, 'dockerd'), containerd);
  stops.push(docker.stop);
});

afterAll(async ({}, suite) => {
  const page = process.env['LONGSHORE_INTEROP_PAGE'];
  if (page) await writeFile(page, await formatPage(rows, cellsOf(suite.tasks)));
  for (const stop of stops.toReversed()) await stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(rows)('$title', (row) => {
  const missing = Object.keys(row.programs).filter((program) => !findTool(program));
  // Without Go there is no way to get these: said in the tables, and never green. Any other missing tool fails its tests.
  const skipped = row.needsGo === true && missing.length > 0 && !hasGo();

  for (const { format, keeps } of row.takes) {
    test.skipIf(skipped).for(entriesOf(keeps))(`takes our ${format} archive of %s, and says the same name and digest (%s)`, async ([kind, kept], context) => {
      context.task.meta.cell = { row: row.title, way: format, kind, kept };
      const place = await makePlace();
      expectSame(await row.take(await ourArchive(format, kind), samples[kind], place), samples[kind], kept);
    });
  }

  for (const { title, keeps, run, nameIn } of row.exports) {
    test.skipIf(skipped).for(entriesOf(keeps))(`${title} of %s is loaded with the same name and digest (%s)`, async ([kind, kept], context) => {
      context.task.meta.cell = { row: row.title, way: title, kind, kept };
      const place = await makePlace();
      await row.take(await ourArchive(firstFormat(row, kind), kind), samples[kind], place);
      await place.longshore('back', 'load', await run(samples[kind], place));
      const name = nameIn?.(samples[kind], place) ?? samples[kind].name;
      expectSame(await lookIntoLibrary(place.libraryOf('back'), name), { ...samples[kind], name }, kept);
    });
  }
});

/** What ran, with how it went. A test that was skipped has no cell. */
function cellsOf(tasks: readonly RunnerTask[]): Cell[] {
  return tasks.flatMap((task): Cell[] => {
    if ('tasks' in task) return cellsOf(task.tasks);
    return task.meta.cell ? [{ ...task.meta.cell, outcome: task.result?.state === 'pass' ? 'green' : 'red' }] : [];
  });
}

const entriesOf = (keeps: Keeps): [Kind, Kept][] => Object.entries(keeps) as [Kind, Kept][];

const firstFormat = (row: Row, kind: Kind): Format => row.takes.find(({ keeps }) => kind in keeps)!.format;

/** That a tool ended with 0 says nothing: it must name the image and its parts as the source does. */
function expectSame(seen: Seen, sample: Sample, kept: Kept): void {
  expect(seen.names).toContain(sample.name);
  if (kept === 'digest') expect(seen.root).toBe(sample.root);
  if (kept !== 'layers' && seen.config !== undefined) expect(seen.config).toBe(sample.config);
  if (seen.diffIds !== undefined) expect(seen.diffIds).toEqual(sample.diffIds);
  if (kept === 'config') expect(seen.config ?? seen.diffIds).toBeDefined();
  if (kept === 'layers') expect(seen.diffIds).toBeDefined();
}

const archives = new Map<string, Promise<string>>();

/** Written once for all rows. */
function ourArchive(format: Format, kind: Kind): Promise<string> {
  const key = `ours-${format}-${kind}`;
  const made = archives.get(key) ?? save(format, kind, join(folder, key));
  archives.set(key, made);
  return made;
}

async function save(format: Format, kind: Kind, file: string): Promise<string> {
  await longshore(join(folder, 'source'), 'save', samples[kind].name, '--from-library', '--format', format, '-o', file);
  return file;
}

const libraryIn = (profile: string): string => locateProfile({ LONGSHORE_HOME: profile }).libraryFolder;

const longshore = (profile: string, ...args: readonly string[]): Promise<string> =>
  runCommand(process.execPath, [bundle, ...args], { env: { ...process.env, LONGSHORE_HOME: profile } });

let places = 0;

async function makePlace(): Promise<Place> {
  places += 1;
  const id = `place-${places}`;
  const own = join(folder, id);
  await mkdir(own);
  return { folder: own, id, docker, containerd, registry, libraryOf: (profile) => libraryIn(join(own, profile)), longshore: (profile, ...args) => longshore(join(own, profile), ...args) };
}
