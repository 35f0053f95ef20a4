import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/library.js';
import { commandLine } from '../../scripts/crash/run.js';
import { faultsOfArchive, faultsOfLibrary, filesBelow, hexOf } from '../../scripts/crash/sound.js';
import { longshore } from '../e2e/longshore.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { DiskModel } from '../power/disk-model.js';
import { afterCut, cuts } from '../power/power-cut.js';
import { record, replay, type Found, type Recording } from '../power/recorded.js';
import { bundleChild } from '../unit/run-child.js';
import { makeBytes } from '../unit/library/images.js';

/** Of the states that a cut leaves, so many times the command is run again. */
const oneInSoMany = 40;

let folder: string;
let registry: FakeRegistry;
let name: string;
let other: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-power-'));
  await mkdir(join(folder, 'out'));
  registry = await startFakeRegistry();
  // One layer that a thread receives, one that is received without.
  const large = makeBytes('large', 4_500_000);
  registry.putImage('team/app', '1.0', [large, makeBytes('small', 100_000)]);
  registry.putImage('team/app', '2.0', [makeBytes('other', 200_000)]);
  [name, other] = [`${registry.host}/team/app:1.0`, `${registry.host}/team/app:2.0`];
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const at = (...names: string[]): string => join(folder, ...names);
const run = async (...words: string[]): Promise<void> => expect(await longshore(at('home'), words)).toMatchObject({ code: 0 });

/** Collects what is wrong, so that all of it is told at once. */
async function faultsAfterCuts(recording: Recording, look: (found: Found) => Promise<string[]>): Promise<string[]> {
  const faults: string[] = [];
  const states = await replay(recording, 1, async (found) => void faults.push(...(await look(found)).map((fault) => `${found.when}: ${fault}`)));
  expect(states).toBeGreaterThan(20);
  return faults;
}

/** What the product makes of a library that a cut has left. */
async function faultsOfOpened(home: string, wanted: readonly string[]): Promise<string[]> {
  const library = await openLibrary(join(home, 'library'));
  const names = (await library.entries()).map((entry) => entry.name);
  return [...(await faultsOfLibrary(library.folder)), ...wanted.filter((each) => !names.includes(each)).map((each) => `${each} is lost`)];
}

/** Text that is there is JSON. */
async function tornIn(files: string, ending = '.json'): Promise<string[]> {
  const names = (await readdir(files).catch(() => [])).filter((each) => each.endsWith(ending));
  const read = await Promise.all(names.map(async (each) => ({ each, text: await readFile(join(files, each), 'utf8') })));
  return read.filter(({ text }) => !isJson(text)).map(({ each }) => `${each} is torn`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the recorder', () => {
  it('takes down all that is done: together it is what lies on the disk', async () => {
    await run('pull', other);
    const { before, events } = await record(folder, commandLine, ['pull', name]);
    events.forEach((event) => before.apply(event));
    const [found, lies] = [afterCut(before.root, cuts.at(-1)!), afterCut(new DiskModel(folder).root, cuts[0]!)];
    expect([...found.keys()].sort()).toEqual([...lies.keys()].sort());
    for (const [path, content] of lies) if (content) expect(content.equals(found.get(path)!), path).toBe(true);
  });
});

describe('after a power cut at any step', () => {
  it('of a pull, no blob has wrong bytes once the library is opened, what was reported as done is there, and the same pull can be done', async () => {
    let states = 0;
    const faults = await faultsAfterCuts(await record(folder, commandLine, ['pull', name]), async ({ folder: left, isDone }) => {
      const home = join(left, 'home');
      const found = [...(await tornIn(join(home, 'transfers'))), ...(await faultsOfOpened(home, isDone ? [name] : []))];
      if (states++ % oneInSoMany !== 0) return found;
      expect(await longshore(home, ['pull', name])).toMatchObject({ code: 0 });
      return [...found, ...(await faultsOfOpened(home, [name]))];
    });
    expect(faults).toEqual([]);
  });

  it('of a load, an image that was there stays, and the new one is there whole or not at all', async () => {
    await run('save', name, '-o', at('out/app.tar'));
    await run('pull', other);
    const faults = await faultsAfterCuts(await record(folder, commandLine, ['load', at('out/app.tar')]), ({ folder: left, isDone }) => faultsOfOpened(join(left, 'home'), isDone ? [name, other] : [other]));
    expect(faults).toEqual([]);
  });

  it('of a save, the archive and its checksum are the whole new ones, or not there', async () => {
    const recording = await record(folder, commandLine, ['save', name, '-o', at('out/app.tar')]);
    const hex = await hexOf(at('out/app.tar'));
    const faults = await faultsAfterCuts(recording, async ({ folder: left, isDone }) => {
      const files = await filesBelow(join(left, 'out'));
      return [...(await faultsOfArchive(join(left, 'out/app.tar'), hex)), ...(isDone && files.length !== 2 ? [`there are ${files.join()}`] : [])];
    });
    expect(faults).toEqual([]);
  });

  it('of a save that replaces an archive, the old one or the new one is there, and no checksum of the other', async () => {
    await run('save', other, '-o', at('out/app.tar'));
    const former = await hexOf(at('out/app.tar'));
    const recording = await record(folder, commandLine, ['save', name, '-o', at('out/app.tar'), '--replace']);
    const hex = await hexOf(at('out/app.tar'));
    const faults = await faultsAfterCuts(recording, async ({ folder: left, isDone }) => {
      const archive = join(left, 'out/app.tar');
      const found = await hexOf(archive).catch(() => 'nothing');
      return [...(found === former || found === hex ? [] : [`app.tar is ${found}`]), ...(await faultsOfArchive(archive, isDone || found !== former ? hex : former))];
    });
    expect(faults).toEqual([]);
  });

  it('of a save into a folder, the layout is whole or not there', async () => {
    const faults = await faultsAfterCuts(await record(folder, commandLine, ['save', name, '-o', at('out/app'), '--format', 'oci-dir']), async ({ folder: left, isDone }) => {
      const layout = join(left, 'out/app');
      const names = await readdir(layout).catch(() => undefined);
      if (!names) return isDone ? ['the folder is lost'] : [];
      return [...(names.length === 3 ? [] : [`there are ${names.join()}`]), ...(await faultsOfLibrary(layout))];
    });
    expect(faults).toEqual([]);
  });

  it('of changes to accounts and settings, each file is an old one or the new one', async () => {
    const child = await bundleChild(join(import.meta.dirname, '../power/change-records.ts'));
    const faults = await faultsAfterCuts(await record(folder, child, [at('home')]), async ({ folder: left, isDone }) => {
      const texts = await Promise.all(['accounts', 'settings'].map((each) => readFile(join(left, 'home', `${each}.json`), 'utf8').catch(() => '')));
      const isOld = isDone && !texts.every((text) => text.includes('third'));
      return [...(await tornIn(join(left, 'home'))), ...(isOld ? ['what was reported is lost'] : [])];
    });
    expect(faults).toEqual([]);
  });
});
