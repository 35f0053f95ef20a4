import { ProblemError } from '../../shared/errors.js';
import { printable } from '../../shared/format.js';
import { askLine } from './ask-line.js';
import type { Context } from './context.js';
import type { VerbOption } from './verb.js';

export interface ConfirmOptions {
  /** The answer given beforehand. */
  readonly yes?: boolean;
}

export const yesOption: VerbOption = { flags: '--yes', description: 'do not ask; needed where there is no terminal' };

/**
 * Asks on stderr before something goes that cannot be brought back. Anything but y or yes means no.
 * @param going what goes, one line each
 * @throws ProblemError `confirmation-required` where nobody can be asked, `cancelled` when the answer is no
 */
export async function confirm(context: Context, question: string, going: readonly string[], { yes = false }: ConfirmOptions): Promise<void> {
  if (yes) return;
  const { stdin, stderr } = context.output.streams;
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new ProblemError('confirmation-required', {
      message: `${question} Nobody can be asked without a terminal, so nothing was done.`,
      next: 'Add --yes if this is wanted.',
      detail: going.join('\n'),
    });
  }
  const answer = (await askLine(context, `${going.map((line) => `  ${printable(line)}\n`).join('')}${question} [y/N] `)) ?? '';
  if (/^y(?:es)?$/i.test(answer.trim())) return;
  throw new ProblemError('cancelled', { message: 'Nothing was done.', next: 'Answer y, or add --yes, to go on.' });
}
