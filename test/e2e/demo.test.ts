import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Report } from '../../scripts/demo/report.js';
import { runCommand } from '../../scripts/local/run-command.js';
import { follow, type Child } from '../unit/run-child.js';
import { environment } from './longshore.js';

/** Small enough that the demo images take a second. */
const largeBytes = 4 * 1024 * 1024;

let cache: string;
let folder: string;

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'longshore-demo-images-'));
});

afterAll(() => rm(cache, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-demo-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function startDemo(env: NodeJS.ProcessEnv = {}): Child {
  const args = ['--output', join(folder, 'output'), '--cache', cache, '--large-bytes', String(largeBytes)];
  const child = spawn(process.execPath, [resolve('dist/scripts/demo.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: environment(folder, env) });
  return follow(child);
}

/** `localhost:43210` of the embedded registry, as the demo says it. */
const embeddedHost = (line: string): string => /localhost:[0-9]+/.exec(line)![0];

test('the demo carries images from one registry over an archive to the other, and leaves the archive and a report', async () => {
  const { code, stdout, stderr } = await startDemo().ended;
  expect(`${stderr}${code}`).toBe('0');

  const output = join(folder, 'output');
  const { carried, steps, archive } = JSON.parse(await readFile(join(output, 'report.json'), 'utf8')) as Report;
  expect(carried.map(({ sourceDigest, targetDigest, alsoDigest }) => new Set([sourceDigest, targetDigest, alsoDigest]).size)).toEqual([1, 1, 1]);
  expect(steps.map(({ command }) => /longshore (\w+)/.exec(command)?.[1]).filter(Boolean)).toEqual(
    ['repos', 'tags', 'inspect', 'pull', 'save', 'load', 'library', 'login', 'push', 'push', 'push', 'tags', 'logout']);
  expect(await readFile(join(output, 'report.md'), 'utf8')).toContain(carried[0]!.sourceDigest);

  const tar = await readFile(archive.file);
  const sha256 = createHash('sha256').update(tar).digest('hex');
  expect(archive).toMatchObject({ bytes: tar.length, sha256 });
  expect(await readFile(`${archive.file}.sha256`, 'utf8')).toContain(sha256);
  const index = JSON.parse(await runCommand('tar', ['-xOf', archive.file, 'index.json'])) as { manifests: { digest: string }[] };
  expect(index.manifests.map(({ digest }) => digest)).toEqual(carried.map(({ sourceDigest }) => sourceDigest));

  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Look into .*output\/: report\.md tells everything/);
  await expect(fetch(`http://${embeddedHost(stdout)}/v2/`)).rejects.toThrow();
  expect(await readdir(cache)).toEqual(['served']);
});

test('the demo that is interrupted stops its registries and says so by its exit code', async () => {
  const demo = startDemo();
  const host = embeddedHost(await demo.sees('  localhost:'));
  await demo.sees('$ longshore pull');
  demo.process.kill('SIGINT');
  expect((await demo.ended).code).toBe(130);
  await expect(fetch(`http://${host}/v2/`)).rejects.toThrow();
  expect(await readdir(cache)).toEqual(['served']);
});

test('the demo without the second registry fails in words, with nothing left running', async () => {
  const demo = startDemo({ PATH: '/nowhere' });
  const { code, stderr } = await demo.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/could not be started/);
  expect(await readdir(cache)).toEqual(['served']);
});
