import { accountWords } from './en/accounts.js';
import { browseWords } from './en/browse.js';
import { dialogWords } from './en/dialogs.js';
import { homeWords } from './en/home.js';
import { libraryWords } from './en/library.js';
import { partWords } from './en/parts.js';
import { shellWords } from './en/shell.js';
import { transferWords } from './en/transfers.js';

/** Every word that the window says, in English. Sentences with numbers or names are functions, never glued together. */
export const words = {
  ...shellWords,
  ...partWords,
  ...homeWords,
  ...accountWords,
  ...browseWords,
  ...libraryWords,
  ...transferWords,
  ...dialogWords,
} as const;
