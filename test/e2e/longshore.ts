import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { problemSchema, schemas } from '../../main/commands/schemas.js';
import type { Problem } from '../../shared/errors.js';
import { follow, type Child } from '../unit/run-child.js';

/** The command line as it is shipped. */
export const builtCommandLine = resolve('dist/longshore.js');

/** What the tests start: Node's command line, or with LONGSHORE_PROGRAM the one at that path, such as a packaged one. */
const given = process.env['LONGSHORE_PROGRAM'];
export const commandLine: readonly [program: string, ...words: string[]] = given === undefined ? [process.execPath, builtCommandLine] : [resolve(given)];

export interface StartOptions {
  /** Goes to standard input, which is then closed. */
  readonly input?: string | Uint8Array;
  /** `open`: it is not closed. */
  readonly stdin?: 'open';
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** What a process prints depends on nothing of the machine: no proxy, no keychain, no account, no colour. */
export function environment(home: string, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, LONGSHORE_HOME: home, LANG: 'C.UTF-8', ...env };
}

/** Starts the command line with a profile of its own. */
export function startLongshore(home: string, args: readonly string[], { input, stdin, env, cwd }: StartOptions = {}): Child {
  const [program, ...words] = commandLine;
  const child = spawn(program, [...words, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: environment(home, env), ...(cwd !== undefined && { cwd }) });
  // The command may end without reading all of it.
  child.stdin.on('error', () => undefined);
  if (stdin !== 'open') child.stdin.end(input);
  return follow(child);
}

export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export function longshore(home: string, args: readonly string[], options?: StartOptions): Promise<Ended> {
  return startLongshore(home, args, options).ended;
}

/** Runs a verb with `--json`: it must succeed, and print what its schema documents. */
export async function resultOf<Result>(home: string, args: readonly string[], options?: StartOptions): Promise<Result> {
  const { code, stdout, stderr } = await longshore(home, [...args, '--json'], options);
  if (code !== 0) throw new Error(`longshore ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return schemaOf(args).parse(JSON.parse(stdout)) as Result;
}

/** Runs a verb with `--json`: it must fail, and print a problem as documented. */
export async function problemOf(home: string, args: readonly string[], options?: StartOptions): Promise<Problem & { readonly exitCode: number | string }> {
  const { code, stdout, stderr } = await longshore(home, [...args, '--json'], options);
  if (code === 0 || stdout === '') throw new Error(`longshore ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return { ...(problemSchema.parse(JSON.parse(stdout)).problem as Problem), exitCode: code };
}

function schemaOf([verb = '', lower = '']: readonly string[]): (typeof schemas)[string] {
  return schemas[`${verb} ${lower}`] ?? schemas[verb]!;
}
