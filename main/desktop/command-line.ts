import { existsSync } from 'node:fs';
import { verbs } from '../commands/verbs.js';
import { isLink } from './links.js';

/** What the person wrote, without the program, Chromium's switches before `--`, and in development the folder of the sources. */
export function wordsOf(argv: readonly string[], development: boolean): readonly string[] {
  const given = argv.slice(1);
  const end = given.indexOf('--');
  if (end >= 0 && given.slice(0, end).every(isSwitch)) return given.slice(end + 1);
  return development ? given.slice(given.findIndex((word) => !isSwitch(word)) + 1) : given;
}

/** Is this for the command line? A word that nobody knows is, too: it gets the command line's answer, not a window. */
export function isCommandLine([first]: readonly string[]): boolean {
  if (first === undefined) return false;
  if (helpWords.includes(first) || verbs.some(({ name }) => name === first)) return true;
  return !isSwitch(first) && !isLink(first) && !existsSync(first);
}

const helpWords: readonly string[] = ['help', '--help', '-h', '--version'];
const isSwitch = (word: string): boolean => word.startsWith('-');
