import { ProblemError } from './errors.js';

export type Shell = 'sh' | 'powershell' | 'cmd';

/** Characters that mean themselves in every one of the three shells, as long as they are not at the start. */
const plain = /^[A-Za-z0-9_./][A-Za-z0-9_./:=@+-]*$/;
const plainOption = /^--?[A-Za-z][A-Za-z0-9-]*(?:=[A-Za-z0-9-]+)?$/;

/**
 * One word of a command line, such that the shell hands just this text to the program.
 * @throws ProblemError `usage-invalid` for control characters, which a terminal would act on and cmd cannot quote
 */
export function quote(word: string, shell: Shell): string {
  if (/\p{Cc}/u.test(word)) {
    throw new ProblemError('usage-invalid', {
      message: `${JSON.stringify(word.slice(0, 80))} has control characters, which do not belong on a command line.`,
      next: 'Use the window or another name.',
    });
  }
  return plain.test(word) || plainOption.test(word) ? word : quoters[shell](word);
}

const quoters: Readonly<Record<Shell, (word: string) => string>> = { sh: quoteForSh, powershell: quoteForPowerShell, cmd: quoteForCmd };

/** POSIX, Shell Command Language 2.2.2: between single quotes nothing is special but the quote. */
function quoteForSh(word: string): string {
  return `'${word.replaceAll(`'`, `'\\''`)}'`;
}

/** about_Quoting_Rules: a quote is doubled, and the typographic ones count as quotes. */
function quoteForPowerShell(word: string): string {
  return `'${word.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/**
 * For a prompt, not for a batch file. Programs read a command line by the rules of CommandLineToArgvW: backslashes count
 * only before a quote. Where the word itself has a quote or a percent sign, carets keep cmd from seeing quotes at all.
 */
function quoteForCmd(word: string): string {
  const argument = `"${word.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => `${slashes}${slashes}${end && '\\"'}`)}"`;
  return /["%]/.test(word) ? argument.replace(/[()%!^"<>&|]/g, '^$&') : argument;
}
