import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, environment } from './longshore.js';

// Real shells say what they offer at the end of a line.

const lines = [
  'longshore ',
  'longshore pu',
  'longshore library ',
  'longshore library --json ve',
  'longshore tags --sort ',
  'longshore tags --sort=s',
  'longshore save --fo',
  'longshore save x -o files/na',
  'longshore save x --output files/na',
  'longshore load files/na',
  'longshore pull files/na',
  'longshore pull --platform ',
  'longshore completion z',
];

const here = import.meta.dirname;
const offers: Record<string, Map<string, string[]>> = {};
let folder: string;

const start = (command: string, args: readonly string[], env = {}): string =>
  execFileSync(command, args, { cwd: folder, input: `${lines.join('\n')}\n`, encoding: 'utf8', timeout: 20_000, env: { ...process.env, HOME: folder, TERM: 'xterm', ...env } });

const shells: Record<string, (script: string) => string> = {
  bash: (script) => start('bash', ['--norc', join(here, 'shells/offer.bash'), script]),
  fish: (script) => start('fish', ['--no-config', join(here, 'shells/offer.fish'), script]),
  zsh(script) {
    const [asked, result] = [join(folder, 'lines'), join(folder, 'result')];
    writeFileSync(asked, lines.join('\n'));
    // script(1) gives it a terminal
    start('script', ['-qec', 'zsh -i', '/dev/null'], { ZDOTDIR: join(here, 'shells'), OFFER_SCRIPT: script, OFFER_LINES: asked, OFFER_RESULT: result });
    return readFileSync(result, 'utf8');
  },
};

function read(output: string): Map<string, string[]> {
  return new Map(output.trimEnd().split('\n').map((line) => {
    const [asked = '', offered = ''] = line.split('=>');
    return [asked, offered.split(' ').filter(Boolean).sort()];
  }));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-completion-'));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files/name.tar'), '');
  for (const [shell, offer] of Object.entries(shells)) {
    const script = join(folder, `longshore.${shell}`);
    const [program, ...words] = commandLine;
    writeFileSync(script, execFileSync(program, [...words, 'completion', shell], { env: environment(folder) }));
    offers[shell] = read(offer(script));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.keys(shells))('%s', (shell) => {
  const offered = (line: string): string[] => {
    const words = offers[shell]?.get(line);
    if (!words) throw new Error(`${shell} did not answer ${JSON.stringify(line)}`);
    return words;
  };

  it('completes verbs', () => {
    expect(offered('longshore ')).toEqual(expect.arrayContaining(['login', 'pull', 'save', 'library', 'completion']));
    expect(offered('longshore pu')).toEqual(['pull', 'push']);
  });

  it('completes the verbs below a verb, also after an option', () => {
    expect(offered('longshore library ')).toEqual(['list', 'prune', 'remove', 'verify']);
    expect(offered('longshore library --json ve')).toEqual(['verify']);
    expect(offered('longshore completion z')).toEqual(['zsh']);
  });

  it('completes options', () => {
    expect(offered('longshore save --fo')).toEqual(['--format']);
  });

  it('completes the choices of an option', () => {
    expect(offered('longshore tags --sort ')).toEqual(['date', 'name', 'semver', 'size']);
    expect(offered('longshore tags --sort=s').map((word) => word.replace('--sort=', ''))).toEqual(['semver', 'size']);
  });

  it.each(['longshore save x -o files/na', 'longshore save x --output files/na', 'longshore load files/na'])('completes files after %s', (line) => {
    expect(offered(line).map((file) => file.replace('files/', ''))).toEqual(['name.tar']);
  });

  it.each(['longshore pull files/na', 'longshore pull --platform '])('offers no files after %s', (line) => {
    expect(offered(line)).toEqual([]);
  });
});
