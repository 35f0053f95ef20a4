import { spawn, type StdioOptions } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../../main/commands/schemas.js';
import type { Problem } from '../../shared/errors.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { makeBytes } from '../unit/library/images.js';
import { follow, type Child } from '../unit/run-child.js';
import { startOnSmallDisk, startReadOnly } from '../unit/small-disk.js';
import { builtCommandLine, commandLine, environment, problemOf, resultOf } from './longshore.js';

let folder: string;
let home: string;
let target: string;
let registry: FakeRegistry;
let name: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-disk-'));
  home = join(folder, 'home');
  target = join(folder, 'target');
  await mkdir(home);
  await mkdir(target);
  for (const [key, value] of Object.entries(environment(home))) vi.stubEnv(key, value);
  registry = await startFakeRegistry();
  registry.putImage('team/app', '1.0', [makeBytes('first', 6_000_000), makeBytes('second', 6_000_000)]);
  name = `${registry.host}/team/app:1.0`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry.close();
  await rm(folder, { recursive: true });
});

/** Runs the command line, then lists a folder as it is seen from inside the same mounts. */
async function wrapped(listed: string, args: readonly string[]): Promise<string> {
  const path = join(folder, 'run-and-list.mjs');
  const [program, ...words] = commandLine;
  await writeFile(path, `
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
const { status, stdout } = spawnSync(${JSON.stringify(program)}, ${JSON.stringify([...words, ...args, '--json'])}, { encoding: 'utf8' });
console.log(JSON.stringify({ status, stdout, files: readdirSync(${JSON.stringify(listed)}) }));
`);
  return path;
}

interface Report {
  readonly status: number;
  readonly problem: Problem;
  readonly files: readonly string[];
}

function read(stdout: string): Report {
  const { status, stdout: printed, files } = JSON.parse(stdout) as { status: number; stdout: string; files: string[] };
  return { status, files, problem: problemSchema.parse(JSON.parse(printed)).problem as Problem };
}

describe('a full disk', () => {
  it('below the library ends a pull with 22 and keeps no name', async () => {
    const { child, refusal } = await startOnSmallDisk(await wrapped(join(home, 'library'), ['pull', name]), home, []);
    const { status, problem } = read((await child.ended).stdout);
    expect({ status, code: problem.code }).toEqual({ status: 22, code: refusal });
    expect(problem.message).toContain(home);
  });

  it('below the target ends a save with 22 and leaves no file behind', async () => {
    const { child, refusal } = await startOnSmallDisk(await wrapped(target, ['save', name, '-o', join(target, 'app.tar')]), target, []);
    const { status, problem, files } = read((await child.ended).stdout);
    expect({ status, code: problem.code, files }).toEqual({ status: 22, code: refusal, files: [] });
    expect(problem.message).toContain('app.tar');
  });
});

describe('a pull that is to wait for room', () => {
  /** Fills the disk but for 4 MB, and removes that when the command says that it waits. */
  async function waiting(args: readonly string[]): Promise<string> {
    const path = join(folder, 'run-and-make-room.mjs');
    const [program, ...words] = commandLine;
    await writeFile(path, `
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
const filler = ${JSON.stringify(join(home, 'filler'))};
writeFileSync(filler, Buffer.alloc(4_500_000));
const child = spawn(${JSON.stringify(program)}, ${JSON.stringify([...words, ...args, '--json'])}, { stdio: ['ignore', 'inherit', 'pipe'] });
child.stderr.on('data', (chunk) => { process.stderr.write(chunk); if (String(chunk).includes('Waiting for room')) rmSync(filler); });
child.on('exit', (code) => process.exit(code ?? 1));
`);
    return path;
  }

  it('says how much it needs, and is done once somebody has made room', async () => {
    registry.putImage('team/app', '1.0', [makeBytes('first', 3_000_000), makeBytes('second', 3_000_000)]);
    const { child, refusal } = await startOnSmallDisk(await waiting(['pull', name, '--on-full', 'wait']), home, []);
    const { code, stdout, stderr } = await child.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: refusal === 'disk-full' ? expect.stringMatching(/The disk of .* is full: [\d.]+ MB are needed, .* are free\. Waiting for room; Ctrl-C ends it\./) as string : stderr });
    expect(JSON.parse(stdout)).toMatchObject({ images: [{ target: name }] });
  });
});

function startWith(args: readonly string[], stdio: StdioOptions): Child {
  const [program, ...words] = commandLine;
  return follow(spawn(program, [...words, ...args], { stdio, env: environment(home) }));
}

describe('standard output that can take no more', () => {
  it.each([
    ['a result', () => ['library']],
    ['a result as JSON', () => ['library', '--json']],
    ['an archive', () => ['save', name, '-o', '-']],
  ])('ends a command that prints %s with 22 and a sentence', async (_, args) => {
    const full = await open('/dev/full', 'w');
    try {
      const { code, stderr } = await startWith(args(), ['ignore', full.fd, 'pipe']).ended;
      expect({ code, stderr }).toEqual({ code: 22, stderr: expect.stringContaining('standard output: the disk is full.\n') as string });
      expect(stderr).toContain('(disk-full; ENOSPC write)');
    } finally {
      await full.close();
    }
  });

  it('is no failure when it is the standard error', async () => {
    const full = await open('/dev/full', 'w');
    try {
      expect((await startWith(['library'], ['ignore', 'pipe', full.fd]).ended).code).toBe(0);
    } finally {
      await full.close();
    }
  });
});

describe('a place that cannot be written to', () => {
  it.each([[['library']], [['repos', '127.0.0.1:1', '--pin', 'team/app']]])('as profile ends %j with 22, even where folders cannot be made at all', async (args) => {
    expect(await problemOf('/proc/longshore', args)).toMatchObject({ code: 'file-unknown', exitCode: 22 });
  });

  it('as target ends a save with 22 before a byte of a layer is fetched', async () => {
    const child = await startReadOnly(await wrapped(target, ['save', name, '-o', join(target, 'app.tar')]), target, []);
    const { status, problem, files } = read((await child.ended).stdout);
    expect({ status, code: problem.code, files }).toEqual({ status: 22, code: 'disk-denied', files: [] });
    expect(problem.message).toContain(target);
    expect(registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length).toBeLessThanOrEqual(1);
  });

  it('as library still shows what it holds', async () => {
    await resultOf(home, ['pull', name]);
    const child = await startReadOnly(builtCommandLine, home, ['library', 'list']);
    expect(await child.ended).toMatchObject({ code: 0, stdout: expect.stringContaining(name) });
    expect(await readdir(join(home, 'library'))).toContain('index.json');
  });

  it('as library ends a pull with 22', async () => {
    await resultOf(home, ['library']);
    const child = await startReadOnly(await wrapped(home, ['pull', name]), home, []);
    const { status, problem } = read((await child.ended).stdout);
    expect({ status, code: problem.code }).toEqual({ status: 22, code: 'disk-denied' });
  });
});
