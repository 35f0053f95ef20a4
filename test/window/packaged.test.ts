import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmod, chown, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../scripts/local/run-command.js';
import { environment, type Ended } from '../e2e/longshore.js';
import { follow } from '../unit/run-child.js';

/** Ordinary users of every Debian; root could not use Chromium's sandbox. */
const nobody = 65_534;

let folder: string;
let profile: string;

beforeAll(async () => {
  await runCommand(process.execPath, ['scripts/package.mjs', 'dir']);
  folder = await mkdtemp(join(tmpdir(), 'longshore-packaged-'));
  profile = join(folder, 'profile');
  await cp('release/linux-unpacked', join(folder, 'opt'), { recursive: true });
  await runCommand('mkdir', ['-p', profile]);
  await chmod(folder, 0o755);
  if (process.getuid?.() === 0) await chown(profile, nobody, nobody);
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a program of the package as an ordinary user, with nothing but a display. */
function startPackaged(program: string, words: readonly string[], display: boolean): ChildProcess {
  const asUser = process.getuid?.() === 0 ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'] : [];
  const [command = '', ...rest] = [...asUser, join(folder, 'opt', program), ...words];
  const env = environment(profile, display ? { DISPLAY: process.env['DISPLAY'] } : {});
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env, cwd: profile });
}

const longshore = (...words: string[]): Promise<Ended> => follow(startPackaged('longshore', words, false)).ended;

describe('the packaged window', () => {
  let program: ChildProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    program = startPackaged('longshore-window', ['--remote-debugging-port=0'], true);
    browser = await chromium.connectOverCDP(await debugAddress(program));
    const [context] = browser.contexts();
    page = context!.pages()[0] ?? (await context!.waitForEvent('page'));
    await page.getByRole('main').waitFor();
  }, 60_000);

  afterAll(async () => {
    const ended = new Promise((resolved) => program.once('close', resolved));
    program.kill('SIGTERM');
    await ended;
  });

  it('runs for an ordinary user, in the sandbox', async () => {
    expect(page.url()).toBe('app://longshore/');
    const renderers = childrenOf(program.pid!).filter(({ words }) => words.includes('--type=renderer'));
    expect(renderers).toHaveLength(1);
    expect(renderers[0]!.words).not.toContain('--no-sandbox');
    expect(await readFile(`/proc/${renderers[0]!.pid}/status`, 'utf8')).toMatch(/^Seccomp:\s2$/m);
  });

  it('opens what it keeps on disk', async () => {
    const { ok } = await page.evaluate(() => window.longshore.request('view.open', { scope: { kind: 'library' }, filter: '', sort: { by: 'name', descending: false } }));
    expect(ok).toBe(true);
  });

  it('says on which Electron it runs', async () => {
    const log = await readFile(join(profile, 'logs/longshore.log'), 'utf8');
    expect(log).toMatch(/ info Longshore [\d.]+(?:-electron\d+)? on Electron [\d.]+ starts\./);
  });
});

describe('the packaged command line', () => {
  it('runs a verb without a display', async () => {
    expect(await longshore('accounts', '--json')).toEqual({ code: 0, stdout: '{\n  "accounts": []\n}\n', stderr: '' });
  });

  it('ends with the exit code of a word that nobody knows', async () => {
    expect(await longshore('pul')).toMatchObject({ code: 2, stdout: '' });
  });

  it('takes what looks like a switch of Chromium for its own', async () => {
    expect(await longshore('accounts', '--type=renderer')).toMatchObject({ code: 2 });
  });
});

describe('the package', () => {
  it('has its fuses set', async () => {
    const { FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
    const wire = await getCurrentFuseWire(join(folder, 'opt/longshore-window'));
    const on = Object.entries(FuseV1Options).filter(([, at]) => typeof at === 'number' && wire[at as keyof typeof wire] === '1'.charCodeAt(0)).map(([name]) => name);
    expect(on).toEqual(['EnableCookieEncryption', 'OnlyLoadAppFromAsar']);
  });

  it('runs no script of somebody else', () => {
    const env = { ...environment(profile), ELECTRON_RUN_AS_NODE: '1' };
    const { stdout } = spawnSync(join(folder, 'opt/longshore-window'), ['--no-sandbox', '--', '--version'], { env, encoding: 'utf8' });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout: printed } = spawnSync(join(folder, 'opt/longshore-window'), ['--no-sandbox', '-p', '6 * 7'], { env: { ...env, DISPLAY: '' }, encoding: 'utf8', timeout: 10_000 });
    expect(printed).not.toContain('42');
  });

  it('opens no window for root', () => {
    if (process.getuid?.() !== 0) return;
    const { status, stderr } = spawnSync(join(folder, 'opt/longshore'), [], { env: environment(profile), encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('Start it as yourself.');
  });
});

function debugAddress(program: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    program.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /DevTools listening on ws:\/\/([^/]+)/.exec(said);
      if (address) found(`http://${address[1]!}`);
    });
    program.once('close', (code) => failed(new Error(`ended with ${code}: ${said}`)));
  });
}

function childrenOf(root: number): { readonly pid: number; readonly words: string }[] {
  const lines = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.trim().split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!);
  const found = new Set([root]);
  // A parent's number may be larger than its child's.
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [, pid, parent] of lines) if (found.has(Number(parent))) found.add(Number(pid));
  }
  return lines.filter(([, pid]) => found.has(Number(pid))).map(([, pid, , words]) => ({ pid: Number(pid), words: words! }));
}
