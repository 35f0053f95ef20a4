import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { commandLine, environment, resultOf } from './longshore.js';

// On a real terminal: script(1) of util-linux opens one, types what it reads, and prints what is seen.

const controlC = '\u0003';
const controlD = '\u0004';

let home: string;
let registry: FakeRegistry;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-terminal-'));
  registry = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'crane', password: 'right' } });
  registry.putImage('team/app', '1.0');
});
afterAll(async () => {
  await registry.close();
  await rm(home, { recursive: true });
});

/** Runs one command on a terminal of 80 columns and types each answer once its question is seen. */
function onTerminal(args: readonly string[], dialogue: readonly (readonly [question: string, answer: string])[]): Promise<{ code: number | null; seen: string }> {
  const line = ['stty cols 80; exec', ...commandLine, ...args].join(' ');
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], { env: environment(home, { NO_COLOR: '1' }), stdio: ['pipe', 'pipe', 'inherit'] });
  const open = [...dialogue];
  let seen = '';
  let from = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
    const [question, answer] = open[0] ?? [];
    if (question === undefined || !seen.includes(question, from)) return;
    from = seen.length;
    open.shift();
    child.stdin.write(answer!);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, seen }));
  });
}

describe('login', () => {
  it('asks for user and password, and shows no letter of the password', async () => {
    const { seen } = await onTerminal(['login', registry.host], [['User (empty for none): ', 'crane\r'], ['Password: ', 'rixght\u007f\u007f\u007f\u007fght\r']]);
    expect(seen).toContain(`connected to ${registry.host} as crane.`);
    expect(seen).toMatch(/Password: \r\n/);
  });

  it.each([
    ['the user', 'User (empty for none): ', [] as string[]],
    ['the password', 'Password: ', ['-u', 'crane']],
  ])('is stopped by Ctrl-C where it asks for %s', async (_, question, options) => {
    const { code, seen } = await onTerminal(['login', registry.host, ...options], [[question, controlC]]);
    expect(code).toBe(130);
    expect(seen).toContain('\nerror: Stopped.');
  });

  it('takes Ctrl-D for no answer', async () => {
    const { code, seen } = await onTerminal(['login', registry.host], [['User (empty for none): ', controlD]]);
    expect(code).toBe(2);
    expect(seen).toContain('error: Nobody said which user.');
  });

  it('tells whoever gave no user how to name one', async () => {
    const { code, seen } = await onTerminal(['login', registry.host], [['User (empty for none): ', '\r']]);
    expect(code).toBe(8);
    expect(seen).toContain(`Name the user: longshore login ${registry.host} -u USER.`);
  });
});

describe('a question', () => {
  it('is answered by yes alone; after Ctrl-C and no the image is still there', async () => {
    const { host, ...open } = await startFakeRegistry();
    open.putImage('team/app', '1.0');
    const name = `${host}/team/app:1.0`;
    await resultOf(home, ['pull', name]);
    await open.close();
    const remove = (answer: string): Promise<{ code: number | null; seen: string }> => onTerminal(['library', 'remove', name], [['[y/N] ', answer]]);
    const stopped = await remove(controlC);
    expect(stopped.code).toBe(130);
    expect(stopped.seen).toMatch(/\[y\/N\] \^C\r\nerror: Stopped\./);
    expect((await remove('n\r')).code).toBe(130);
    expect(await resultOf(home, ['library'])).toMatchObject({ images: [{ name }] });
    expect((await remove('y\r')).code).toBe(0);
    expect(await resultOf(home, ['library'])).toMatchObject({ images: [] });
  });
});
