import { isUnderway } from '../../shared/transfer-status.js';
import type { TransferRecord } from '../transfers/record.js';
import type { Context } from './context.js';
import { table } from './output.js';
import { show } from './show-transfer.js';
import { cancel, pause, resume } from './steer-transfer.js';
import { describeRecord, misused, sizeOf, type DescribedTransfer } from './transfer-record.js';
import { defineVerb } from './verb.js';

const list = defineVerb({
  name: 'list',
  summary: 'List the transfers of the window and of the command line, newest first',
  example: 'longshore transfers list',
  remarks: 'An interrupted one goes on with `longshore transfers resume ID`, with the same command, or in the window. What was moved is not moved twice.',
  async run(context) {
    const transfers = (await (await context.journal()).list()).map(describeRecord);
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
    if (!ended && many.length === 0) throw misused('Nothing says which transfers are meant.', 'Name their ids, or add --ended.');
    for (const { id } of forgotten) await journal.remove(id);
    context.output.result({ forgotten: forgotten.map(({ id }) => id) }, () => forgotten.map(({ id, title }) => `forgot ${id}  ${title}`));
  },
});

export const transfers = defineVerb({
  name: 'transfers',
  summary: 'What is being moved, and what was',
  example: 'longshore transfers',
  remarks: 'Without a verb it lists them.',
  verbs: [list, show, pause, resume, cancel, forget],
  run: (context: Context, words, options) => list.run!(context, words, options),
});

function lineOf(transfer: DescribedTransfer): string[] {
  const { id, kind, title, status, started, problem, room } = transfer;
  const why = problem && status === 'failed' ? problem.message : room ? 'waits for room on the disk' : '';
  return [id, kind, title, status, sizeOf(transfer), started.slice(0, 16).replace('T', ' '), why];
}

/** All ids are looked up before the first goes: a typing error costs nothing. */
function known(records: readonly TransferRecord[], id: string): TransferRecord {
  const record = records.find((each) => each.id === id);
  if (!record) throw misused(`There is no transfer ${id}.`, 'See longshore transfers for their ids.');
  if (isUnderway(record)) throw misused(`Transfer ${id} is running.`, `End it first: \`longshore transfers cancel ${id}\`.`);
  return record;
}
