import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Report } from '../../scripts/demo/report.js';
import { openDisplay } from '../../scripts/local/display.js';
import { runCommand } from '../../scripts/local/run-command.js';
import { follow, type Child } from '../unit/run-child.js';
import { environment } from './longshore.js';

/** Small enough that the demo images take a second. */
const smallBytes = 4 * 1024 * 1024;
/** Large enough that its archive can be seen while it is written. */
const slowBytes = 160 * 1024 * 1024;
/** The tour is two windows long: on a machine that does other things meanwhile, over a minute. */
const timeout = 180_000;

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

interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly largeBytes?: number;
  /** The words in front of the demo's own. */
  readonly wrapper?: readonly string[];
}

/** In a process group of its own, as a shell starts it. */
function startDemo({ env, largeBytes = smallBytes, wrapper = [] }: StartOptions = {}): Child {
  const demo = [process.execPath, resolve('dist/scripts/demo.js'), '--output', join(folder, 'output'), '--cache', cache, '--large-bytes', String(largeBytes), '--pace', '0'];
  const [command = '', ...args] = [...wrapper, ...demo];
  return follow(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment(folder, env), detached: true }));
}

/** A session with a keychain of its own, which says when a secret of ours is in it, and whether one is in the end. */
const keychainSession = [resolve('test/keyring-session.sh'), 'sh', '-c', `
  ours() { secret-tool search --all service longshore 2>&1 | grep -q .; }
  (until ours; do sleep 0.1; done; echo 'a secret is kept') &
  "$@"; code=$?
  kill $! 2> /dev/null || :
  if ours; then echo 'a secret is left'; else echo 'no secret is left'; fi
  exit $code`, 'sh'];

/** As the terminal sends it: to all that run in the foreground. */
const pressControlC = ({ process: { pid } }: Child): boolean => process.kill(-pid!, 'SIGINT');

/** What runs with the home that only the demo of this test was given. */
async function running(): Promise<string[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(all.map(async (pid) => {
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    return environ.split('\0').includes(`HOME=${folder}`) ? readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '') : '';
  }));
  return found.map((name) => name.trim()).filter(Boolean);
}

const readReport = async (): Promise<Report> => JSON.parse(await readFile(join(folder, 'output/report.json'), 'utf8')) as Report;

test('the demo without a display carries images in windows from one registry over an archive to the other, leaves all to look at, and no secret', { timeout }, async () => {
  const { code, stdout, stderr } = await startDemo({ wrapper: keychainSession }).ended;
  expect([code, ...stderr.split('\n').filter((line) => line !== '' && !line.startsWith('dbus-daemon'))]).toEqual([0]);

  const { carried, steps, archive } = await readReport();
  expect(carried.map(({ source }) => source.replace(/^.*?\//, ''))).toEqual(['demo/web:2.1.0', 'demo/multi:2.1', 'demo/large:1']);
  expect(carried.map(({ sourceDigest, targetDigest, alsoDigest }) => new Set([sourceDigest, targetDigest, alsoDigest]).size)).toEqual([1, 1, 1]);
  expect(steps.map(({ title }) => title.replace(/:.*/, ''))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${number} of 9, ${number < 6 ? 'this' : 'the other'} side`));

  const files = await readdir(join(folder, 'output'));
  for (const { title, screenshots } of steps) expect(screenshots, title).not.toEqual([]);
  const screenshots = steps.flatMap((step) => step.screenshots);
  expect(files.sort()).toEqual([...screenshots, 'demo-images.tar', 'demo-images.tar.sha256', 'report.json', 'report.md'].sort());
  const pictures = await Promise.all(screenshots.map((name) => readFile(join(folder, 'output', name))));
  expect(new Set(pictures.map((bytes) => createHash('sha256').update(bytes).digest('hex'))).size).toBe(screenshots.length);
  expect(await readFile(join(folder, 'output/report.md'), 'utf8')).toContain(carried[0]!.sourceDigest);

  const tar = await readFile(archive.file);
  const sha256 = createHash('sha256').update(tar).digest('hex');
  expect(archive).toMatchObject({ bytes: tar.length, sha256 });
  const index = JSON.parse(await runCommand('tar', ['-xOf', archive.file, 'index.json'])) as { manifests: { digest: string }[] };
  expect(index.manifests.map(({ digest }) => digest).sort()).toEqual(carried.map(({ sourceDigest }) => sourceDigest).sort());

  const lines = stdout.trimEnd().split('\n');
  expect(lines).toContain('a secret is kept');
  expect(lines.slice(-2)).toEqual([expect.stringMatching(/^Look into .*output\/: report\.md tells everything/), 'no secret is left']);
  await expect.poll(running).toEqual([]);
  expect(await readdir(cache)).toEqual(['served']);
});

test('the demo on a display leaves its windows to the person, until Ctrl-C ends everything', { timeout }, async () => {
  const display = await openDisplay();
  try {
    const demo = startDemo({ env: { DISPLAY: display.name } });
    await demo.sees('Look into ');
    expect((await readReport()).carried).toHaveLength(3);
    expect((await running()).filter((name) => name === 'electron').length).toBeGreaterThanOrEqual(2);
    pressControlC(demo);
    expect((await demo.ended).code).toBe(0);
    await expect.poll(running).toEqual([]);
    expect(await readdir(cache)).toEqual(['served']);
  } finally {
    await display.close();
  }
});

test('the demo that is interrupted while the archive is written leaves nothing running and no half of a file', { timeout }, async () => {
  const demo = startDemo({ largeBytes: slowBytes });
  await expect.poll(() => readdir(join(folder, 'output')).catch(() => []), { interval: 5, timeout: 60_000 }).toContainEqual(expect.stringMatching(/\.partial$/));
  pressControlC(demo);
  const { code, stderr } = await demo.ended;
  expect(stderr).toMatch(/Stopped\.\n$/);
  expect(code).toBe(130);
  await expect.poll(running).toEqual([]);
  expect((await readdir(join(folder, 'output'))).filter((name) => !name.endsWith('.png'))).toEqual(['report.json']);
  expect(await readdir(cache)).toEqual(['served']);
});

test('the demo without the second registry fails in words, with nothing left running', async () => {
  const { code, stderr } = await startDemo({ env: { PATH: '/nowhere' } }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/could not be started/);
  expect(await readdir(cache)).toEqual(['served']);
});
