import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isAlive, mayHaveLostWrites, self } from '../../../main/disk/owner.js';
import { deadOwner } from './owners.js';

test('this process is alive', async () => {
  expect(await isAlive(self)).toBe(true);
});

test('a process that ended is dead', async () => {
  expect(await isAlive(await deadOwner())).toBe(false);
});

test('a process that has the pid of another is not taken for it', async () => {
  expect(await isAlive({ ...self, started: '1' })).toBe(false);
});

test('nobody of another boot is alive', async () => {
  expect(await isAlive({ ...self, boot: 'another' })).toBe(false);
});

test('a process that was killed and never waited for is dead', async () => {
  // The shell becomes a sleep that never collects the child it started.
  const parent = spawn('sh', ['-c', 'sleep 30 & echo $!; exec sleep 30']);
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while ((await readStat(parent.pid)).name !== 'sleep') continue;
    const { started } = await readStat(pid);
    expect(await isAlive({ ...self, pid, started })).toBe(true);
    process.kill(pid, 'SIGKILL');
    while ((await readStat(pid)).state !== 'Z') continue;
    expect(await isAlive({ ...self, pid, started })).toBe(false);
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'close');
  }
});

test('writes are certain only for owners of this very boot', () => {
  expect(mayHaveLostWrites(self)).toBe(false);
  expect(mayHaveLostWrites({ ...self, boot: 'another' })).toBe(true);
  expect(mayHaveLostWrites({ ...self, boot: '' })).toBe(true);
});

async function readStat(pid = 0): Promise<{ name: string; state: string; started: string }> {
  const [, name = '', state = '', rest = ''] = /\((.*)\) (\S) (.*)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8')) ?? [];
  return { name, state, started: rest.split(' ')[18] ?? '' };
}
