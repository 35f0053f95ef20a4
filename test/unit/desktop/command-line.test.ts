import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCommandLine } from '../../../main/desktop/command-line.js';
import { wordsOf } from '../../../main/desktop/words-of.js';

let folder: string;
let archive: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-words-'));
  archive = join(folder, 'app.tar');
  await writeFile(archive, '');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the words', () => {
  it('are what follows the installed program', () => {
    expect(wordsOf(['/opt/longshore', 'pull', 'a/b:1', '--quiet'], false)).toEqual(['pull', 'a/b:1', '--quiet']);
  });

  it('are what follows the folder of the sources in development', () => {
    expect(wordsOf(['electron', '--no-sandbox', '--inspect=0', '.', 'pull', '--json'], true)).toEqual(['pull', '--json']);
    expect(wordsOf(['electron', '.'], true)).toEqual([]);
  });

  it('are what follows two dashes that only switches precede', () => {
    expect(wordsOf(['/opt/longshore', '--no-sandbox', '--', 'pull', '--json', '--'], false)).toEqual(['pull', '--json', '--']);
    expect(wordsOf(['/opt/longshore', 'load', '--', '-odd.tar'], false)).toEqual(['load', '--', '-odd.tar']);
  });
});

describe('the command line', () => {
  it.each(['pull', 'accounts', 'help', '--help', '-h', '--version', 'completion'])('is meant by %s', (word) => {
    expect(isCommandLine([word])).toBe(true);
  });

  it('is meant by a word that nobody knows, so that a slip of the pen opens no window', () => {
    expect(isCommandLine(['pul', 'a/b:1'])).toBe(true);
  });

  it('is not meant by a link, a file, a switch of Chromium or nothing', () => {
    expect(isCommandLine([])).toBe(false);
    expect(isCommandLine(['longshore://open?ref=a.example/b'])).toBe(false);
    expect(isCommandLine([archive])).toBe(false);
    expect(isCommandLine(['--ozone-platform=x11'])).toBe(false);
  });
});
