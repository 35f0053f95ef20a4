import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { attachToPage } from '../../scripts/local/attach-page.js';
import { runCommand } from '../../scripts/local/run-command.js';
import { environment, type Ended } from '../e2e/longshore.js';
import { follow } from '../unit/run-child.js';

/** An ordinary user of every Debian; root could not use Chromium's sandbox. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** The words in front of a command that make it run as an ordinary user. */
export const asOrdinaryUser: readonly string[] = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'] : [];

/** Makes a folder that belongs to the ordinary user. */
export async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  if (isRoot) await chown(path, nobody, nobody);
  return path;
}

/** The packaged application, unpacked where an ordinary user may run it. */
export interface Packaged {
  /** @param name `longshore` or `longshore-window` */
  program(name: string): string;
  /** A new folder of the ordinary user, for a profile or for files. */
  newFolder(name: string): Promise<string>;
  remove(): Promise<void>;
}

export async function unpackPackaged(): Promise<Packaged> {
  await runCommand(process.execPath, ['scripts/package.mjs', 'dir']);
  const folder = await mkdtemp(join(tmpdir(), 'longshore-packaged-'));
  await chmod(folder, 0o755);
  await cp('release/linux-unpacked', join(folder, 'opt'), { recursive: true });
  return {
    program: (name) => join(folder, 'opt', name),
    newFolder: (name) => ownFolder(join(folder, name)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface StartOptions {
  /** LONGSHORE_HOME. */
  readonly profile: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Goes to standard input. */
  readonly input?: string;
}

/** Runs a program as an ordinary user, without a display. */
export function runAsUser(program: string, words: readonly string[], { profile, env = {}, input }: StartOptions): Promise<Ended> {
  const [command = '', ...rest] = [...asOrdinaryUser, program, ...words];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: environment(profile, env), cwd: profile });
  child.stdin.end(input);
  return follow(child).ended;
}

export interface PackagedWindow {
  readonly program: ChildProcess;
  readonly page: Page;
  /** Exit code or signal. */
  readonly ended: Promise<number | string>;
  /** Closes the window as a person does, and waits for the end of its program. */
  quit(): Promise<number | string>;
}

/** Opens the window as an ordinary user, with nothing but a display, and takes hold of its page. */
export async function openPackagedWindow(path: string, { profile, env = {} }: StartOptions): Promise<PackagedWindow> {
  const [command = '', ...rest] = [...asOrdinaryUser, path, '--remote-debugging-port=0'];
  const program = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: environment(profile, { DISPLAY: process.env['DISPLAY'], ...env }), cwd: profile });
  const ended = once(program, 'close').then(([code, by]) => (code ?? by) as number | string);
  const page = await firstPage(program).catch((error: unknown) => {
    program.kill('SIGKILL');
    throw error;
  });
  return {
    program, page, ended,
    async quit() {
      // The page goes with its window: there may be nobody left to answer.
      await page.evaluate('close()').catch(() => undefined);
      return ended;
    },
  };
}

async function firstPage(program: ChildProcess): Promise<Page> {
  const { page } = await attachToPage(await debugHost(program));
  await page.getByRole('main').waitFor();
  return page;
}

function debugHost(program: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    program.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /DevTools listening on ws:\/\/([^/]+)/.exec(said);
      if (address) found(address[1]!);
    });
    program.once('close', (code) => failed(new Error(`ended with ${code}: ${said}`)));
  });
}

/** The process that shows the page: how it was started, and what the kernel says of it. */
export async function rendererOf({ program }: PackagedWindow): Promise<{ readonly words: string; readonly status: string }> {
  const renderers = descendantsOf(program.pid!).filter(({ words }) => words.includes('--type=renderer'));
  if (renderers.length !== 1) throw new Error(`${renderers.length} processes show pages`);
  return { words: renderers[0]!.words, status: await readFile(`/proc/${renderers[0]!.pid}/status`, 'utf8') };
}

/** All that a process has started, and what they have started. */
function descendantsOf(root: number): { readonly pid: number; readonly words: string }[] {
  const lines = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.trim().split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!);
  const found = new Set([root]);
  // A parent's number may be larger than its child's.
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [, pid, parent] of lines) if (found.has(Number(parent))) found.add(Number(pid));
  }
  return lines.filter(([, pid]) => found.has(Number(pid))).map(([, pid, , words]) => ({ pid: Number(pid), words: words! }));
}
