import { existsSync } from 'node:fs';
import { verbs } from '../commands/verbs.js';
import { isLink } from './links.js';
import { isSwitch } from './words-of.js';

/** Is this for the command line? A word that nobody knows is, too: it gets the command line's answer, not a window. */
export function isCommandLine([first]: readonly string[]): boolean {
  if (first === undefined) return false;
  if (helpWords.includes(first) || verbs.some(({ name }) => name === first)) return true;
  return !isSwitch(first) && !isLink(first) && !existsSync(first);
}

const helpWords: readonly string[] = ['help', '--help', '-h', '--version'];
