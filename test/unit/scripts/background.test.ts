import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startInBackground, type BackgroundOptions } from '../../../scripts/local/background.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-background-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const options = (): BackgroundOptions => ({ ready: /port ([0-9]+)\n/, outputFile: join(folder, 'out'), errorFile: join(folder, 'err') });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a server is handed over when it says that it is ready, and stop waits for its end', async () => {
  const server = await startInBackground('sh', ['-c', 'echo hello; printf "port 4" >&2; echo 2 >&2; exec sleep 60'], options());
  expect(server.ready[1]).toBe('42');
  expect(isAlive(server.pid)).toBe(true);
  await server.stop();
  expect(isAlive(server.pid)).toBe(false);
  expect(await readFile(join(folder, 'out'), 'utf8')).toBe('hello\n');
  await server.stop();
});

test('a server that ends before it is ready fails with what it printed', async () => {
  await expect(startInBackground('sh', ['-c', 'echo address in use >&2; exit 7'], options())).rejects.toThrow(/sh ended with exit code 7:\naddress in use/);
});

test('a server whose program is missing fails in words', async () => {
  await expect(startInBackground('no-such-server', [], options())).rejects.toThrow(/no-such-server ended with exit code 127:[^]*No such file/);
});

test('the Ctrl-C of a terminal does not reach a server: whoever started it ends it in its turn', async () => {
  const server = await startInBackground('sh', ['-c', 'echo "port 1"; exec sleep 60'], options());
  const group = async (pid: number | 'self'): Promise<string | undefined> => /\) \S \d+ (\d+)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8'))?.[1];
  expect(await group(server.pid)).toBe(String(server.pid));
  expect(await group(server.pid)).not.toBe(await group('self'));
  await server.stop();
  await server.ended;
});
