import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLog } from '../../../main/desktop/log.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-log-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('the log holds what was written, with time and level, for its owner only', async () => {
  const log = openLog(join(folder, 'logs'), () => new Date('2026-11-21T10:00:00Z'));
  log.write('info', 'one');
  log.write('error', 'two\nlines');
  expect(log.read()).toBe('2026-11-21T10:00:00.000Z info one\n2026-11-21T10:00:00.000Z error two\n  lines\n');
  expect((await stat(join(folder, 'logs/longshore.log'))).mode & 0o777).toBe(0o600);
});

it('the log never holds what could sign somebody in', () => {
  const log = openLog(folder);
  log.write('error', 'Authorization: Bearer abcDEF123456 for https://me:hunter2@registry.example.com/v2/?token=s3cr3t');
  expect(log.read()).toContain('registry.example.com');
  expect(log.read()).not.toMatch(/abcDEF123456|hunter2|s3cr3t/);
});

it('the log rolls over at a megabyte, and keeps five files', async () => {
  const log = openLog(folder);
  for (let megabyte = 0; megabyte < 7; megabyte += 1) {
    await writeFile(join(folder, 'longshore.log'), `${megabyte}\n`.padEnd(1_000_000, '.'));
    log.write('info', `after ${megabyte}`);
  }
  expect((await readdir(folder)).sort()).toEqual(['longshore.1.log', 'longshore.2.log', 'longshore.3.log', 'longshore.4.log', 'longshore.log']);
  expect(log.read()).toMatch(/^3\n/);
  expect(log.read()).toContain('after 6');
});

it('a folder that cannot be written stops nothing', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const log = openLog(join(file, 'logs'));
  expect(() => log.write('info', 'one')).not.toThrow();
  expect(log.read()).toBe('');
});
