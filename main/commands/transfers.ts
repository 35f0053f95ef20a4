import { ProblemError } from '../../shared/errors.js';
import { formatBytes } from '../../shared/format.js';
import type { TransferRecord } from '../transfers/record.js';
import { isUnderway } from '../transfers/status.js';
import type { Context } from './context.js';
import { table } from './output.js';
import { spoken } from './spoken.js';
import { defineVerb } from './verb.js';

const list = defineVerb({
  name: 'list',
  summary: 'List the transfers of the window and of the command line, newest first',
  example: 'longshore transfers list',
  remarks: 'An interrupted one goes on when it is tried again: in the window, or with the same command. What was moved is not moved twice.',
  async run(context) {
    const transfers = (await (await context.journal()).list()).map(described);
    context.output.result({ transfers }, () => table(transfers.map(lineOf)));
  },
});

interface ForgetOptions {
  readonly ended?: boolean;
}

const forget = defineVerb<ForgetOptions>({
  name: 'forget',
  summary: 'Take transfers that do not run any more out of the list',
  parameters: '[id...]',
  options: [{ flags: '--ended', description: 'all that do not run any more' }],
  example: 'longshore transfers forget --ended',
  async run(context, { many }, { ended = false }) {
    const journal = await context.journal();
    const records = await journal.list();
    const forgotten = ended ? records.filter((record) => !isUnderway(record)) : many.map((id) => known(records, id));
    if (!ended && many.length === 0) throw usage('Nothing says which transfers are meant.', 'Name their ids, or add --ended.');
    for (const { id } of forgotten) await journal.remove(id);
    context.output.result({ forgotten: forgotten.map(({ id }) => id) }, () => forgotten.map(({ id, title }) => `forgot ${id}  ${title}`));
  },
});

export const transfers = defineVerb({
  name: 'transfers',
  summary: 'What is being moved, and what was',
  example: 'longshore transfers',
  remarks: 'Without a verb it lists them.',
  verbs: [list, forget],
  run: (context: Context, words, options) => list.run!(context, words, options),
});

/** What is shown: without the request, which is the window's own. */
function described({ id, kind, title, status, request, started, ended, bytes, problem, tagged, file }: TransferRecord) {
  return { id, kind, title, status, from: request ? ('window' as const) : ('command line' as const), started, ended, bytes, problem: problem && spoken(problem), tagged, file };
}

function lineOf({ id, kind, title, status, bytes, started, problem }: ReturnType<typeof described>): string[] {
  const there = bytes.present + bytes.moved;
  const size = there < bytes.total ? `${formatBytes(there)} of ${formatBytes(bytes.total)}` : formatBytes(bytes.total);
  return [id, kind, title, status, size, started.slice(0, 16).replace('T', ' '), problem && status === 'failed' ? problem.message : ''];
}

/** All ids are looked up before the first goes: a typing error costs nothing. */
function known(records: readonly TransferRecord[], id: string): TransferRecord {
  const record = records.find((each) => each.id === id);
  if (!record) throw usage(`There is no transfer ${id}.`, 'See longshore transfers for their ids.');
  if (isUnderway(record)) throw usage(`Transfer ${id} is running.`, 'End it first: in the window, or with Ctrl-C where it was started.');
  return record;
}

function usage(message: string, next: string): ProblemError {
  return new ProblemError('usage-invalid', { message, next });
}
