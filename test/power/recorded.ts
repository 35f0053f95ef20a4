import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import { drawFrom } from '../../scripts/crash/draw.js';
import { environment } from '../../scripts/crash/run.js';
import { bundleChild, follow } from '../unit/run-child.js';
import type { DiskEvent } from './disk-event.js';
import { DiskModel } from './disk-model.js';
import { afterCut, cuts, drawnCut } from './power-cut.js';

/** Drawn cuts at each step, beside the named ones. */
const drawn = 2;
/** Of writes to one file in a row each such one is a step: they differ in nothing but how many there are. */
const writesAStep = 8;

export interface Recording {
  /** As the folder was before, synced long ago. */
  readonly before: DiskModel;
  readonly events: readonly DiskEvent[];
}

/** Runs a script of Node and takes down what it does to a folder. It must end well. @param home of the product, also the folder */
export async function record(folder: string, script: string, words: readonly string[]): Promise<Recording> {
  const before = new DiskModel(folder);
  const scratch = await mkdtemp(join(tmpdir(), 'longshore-record-'));
  const log = join(scratch, 'log');
  await writeFile(log, '');
  const recorder = await bundleChild(join(import.meta.dirname, 'record.ts'));
  const env = { ...environment(join(folder, 'home')), RECORD_FOLDER: folder, RECORD_LOG: log, RECORD_BOOT: '00000000-0000-4000-8000-000000000000' };
  const { code, stdout, stderr } = await follow(spawn(process.execPath, ['--import', recorder, script, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })).ended;
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  const events = (await readFile(log, 'utf8')).split('\n').slice(0, -1).map((line) => JSON.parse(line) as DiskEvent);
  await rm(scratch, { recursive: true });
  return { before, events };
}

/** One way in which a power cut can have left the folder. */
export interface Found {
  readonly folder: string;
  /** How far the program was, and what was lost: for people. */
  readonly when: string;
  /** The program had ended well. */
  readonly isDone: boolean;
}

/** Puts every state before `look` that a power cut can leave, each in a folder of its own, and none twice. @returns how many there were */
export async function replay({ before, events }: Recording, seed: number, look: (found: Found) => Promise<void>): Promise<number> {
  const draw = drawFrom(seed);
  const seen = new Set<string>();
  for (let at = 0; at <= events.length; at += 1) {
    if (at > 0) before.apply(events[at - 1]!);
    if (isWithinWrites(events, at)) continue;
    for (const cut of [...cuts, ...Array.from({ length: drawn }, () => drawnCut(draw))]) {
      const files = afterCut(before.root, cut);
      const key = keyOf(files) + (at === events.length);
      if (seen.has(key)) continue;
      seen.add(key);
      const folder = await lay(files);
      const last = events[at - 1];
      await look({ folder, when: `after step ${at} of ${events.length} (${last ? describe(last) : 'none'}), of which ${cut.name} was kept`, isDone: at === events.length });
      await rm(folder, { recursive: true });
    }
  }
  return seen.size;
}

function isWithinWrites(events: readonly DiskEvent[], at: number): boolean {
  const [last, next] = [events[at - 1], events[at]];
  return last?.op === 'write' && next?.op === 'write' && last.inode === next.inode && at % writesAStep !== 0;
}

function describe(event: DiskEvent): string {
  const { op, ...rest } = event;
  return `${op} ${Object.values('data' in rest ? { ...rest, data: rest.data.length } : rest).join(' ')}`;
}

const marks = new WeakMap<Buffer, string>();
function markOf(content: Buffer): string {
  const mark = marks.get(content) ?? createHash('sha1').update(content).digest('hex');
  marks.set(content, mark);
  return mark;
}

const keyOf = (files: ReadonlyMap<string, Buffer | undefined>): string => [...files].map(([path, content]) => `${path} ${content ? markOf(content) : ''}`).sort().join('\n');

/** Lays files out in a new folder. */
export async function lay(files: ReadonlyMap<string, Buffer | undefined>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-cut-'));
  for (const [path, content] of files) {
    await mkdir(content ? dirname(join(folder, path)) : join(folder, path), { recursive: true });
    if (content) await writeFile(join(folder, path), content);
  }
  return folder;
}
