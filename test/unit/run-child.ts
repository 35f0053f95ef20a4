import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { atomicWrite } from '../../main/disk/atomic-write.js';
import { digestOf } from '../../main/image/digest.js';

const bundles = new Map<string, Promise<string>>();

/**
 * Makes one plain .mjs of a TypeScript entry, so that a test can run it in a process of its own: Node 20 reads no TypeScript.
 * @param entryPath absolute
 * @returns path of the bundle, made once in a test run
 */
export function bundleChild(entryPath: string): Promise<string> {
  const made = bundles.get(entryPath) ?? bundle(entryPath);
  bundles.set(entryPath, made);
  return made;
}

/** Below the project, so that the bundle finds the packages that it imports. */
const cache = join(import.meta.dirname, '../../.cache/children');

async function bundle(entryPath: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: entryPath, write: false, target: 'node20', minify: false, rolldownOptions: { output: { codeSplitting: false } } },
  });
  if (Array.isArray(built) || !('output' in built)) throw new Error(`${entryPath} was not built once`);
  const { code } = built.output[0];
  const path = join(cache, `${basename(entryPath, '.ts')}-${digestOf(code).slice(7, 19)}.mjs`);
  await mkdir(cache, { recursive: true });
  await atomicWrite(path, code);
  return path;
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when the child has printed a line that starts so; fails when it ends before. */
  sees(start: string): Promise<string>;
  /** Exit code, or the signal's name, and everything it printed. */
  readonly ended: Promise<{ code: number | string; stdout: string; stderr: string }>;
}

/** Starts Node with a bundle; the test kills what it does not wait for. */
export function startChild(bundlePath: string, args: readonly string[] = [], options: SpawnOptions = {}): Child {
  return follow(spawn(process.execPath, [bundlePath, ...args], { ...options, stdio: ['pipe', 'pipe', 'pipe'] }));
}

/** As {@link startChild}, for any command. */
export function follow(child: ChildProcess): Child {
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((check) => check());
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    wake();
  });
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | string; stdout: string; stderr: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) => {
      resolve({ code: code ?? by ?? '', stdout, stderr });
      wake();
    });
  });
  const sees = (start: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const line = stdout.split('\n').slice(0, -1).find((text) => text.startsWith(start));
        if (line !== undefined) resolve(line);
        else if (child.exitCode !== null || child.signalCode !== null) reject(new Error(`the child ended before it said ${start}: ${stdout}${stderr}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  return { process: child, sees, ended };
}
