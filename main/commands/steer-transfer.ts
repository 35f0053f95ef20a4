import { ProblemError } from '../../shared/errors.js';
import { isUnderway } from '../../shared/transfer-status.js';
import { askOwner } from '../transfers/ask-owner.js';
import type { Journal, Wish } from '../transfers/journal.js';
import type { TransferRecord } from '../transfers/record.js';
import { Transfer } from '../transfers/transfer.js';
import { goOn } from './begin-transfer.js';
import type { Context } from './context.js';
import { carryOut, onFullOption, openAgain, transferLines, type TransferOptions } from './transfer.js';
import { findTransfer, misused } from './transfer-record.js';
import { sourcesOf } from './sources.js';
import { defineVerb, firstWord } from './verb.js';

export const pause = defineVerb({
  name: 'pause',
  summary: 'Put transfers aside that run in the window or in another terminal',
  parameters: '<id...>',
  example: 'longshore transfers pause 0m2k4x7ab-3f9c1d5e7a20',
  remarks: 'The command that ran it ends. `longshore transfers resume` goes on, and so does the same command: what was moved is kept.',
  async run(context, { many }) {
    const journal = await context.journal();
    const records = await Promise.all(many.map((id) => findTransfer(journal, id)));
    for (const record of records) checkPausable(record);
    await steer(context, journal, records, 'pause');
  },
});

export const cancel = defineVerb({
  name: 'cancel',
  summary: 'End transfers, wherever they run, and those that are paused or were interrupted',
  parameters: '<id...>',
  example: 'longshore transfers cancel 0m2k4x7ab-3f9c1d5e7a20',
  async run(context, { many }) {
    const journal = await context.journal();
    const records = await Promise.all(many.map((id) => findTransfer(journal, id)));
    const ended = records.find(({ status }) => status === 'done' || status === 'failed' || status === 'cancelled');
    if (ended) throw misused(`Transfer ${ended.id} has ended: it is ${ended.status}.`, '`longshore transfers forget ID` takes it out of the list.');
    await steer(context, journal, records, 'cancel');
  },
});

export const resume = defineVerb<Pick<TransferOptions, 'onFull'>>({
  name: 'resume',
  summary: 'Go on here with a transfer that was paused, interrupted or has failed',
  parameters: '<id>',
  options: [onFullOption],
  example: 'longshore transfers resume 0m2k4x7ab-3f9c1d5e7a20',
  async run(context, words, options) {
    const journal = await context.journal();
    const record = await findTransfer(journal, firstWord(words));
    const { id, request, status, title } = record;
    if (status === 'done') throw misused(`Transfer ${id} is done.`, `Run its command again where ${title} is to be moved anew.`);
    if (record.room) throw misused(`Transfer ${id} waits for room on the disk, and goes on by itself.`, 'Make room, or cancel it.');
    if (isUnderway(record)) throw running(record);
    if (!request) throw misused(`Transfer ${id} reads or writes a stream of its own command.`, 'Run that command again.');
    // What is not there any more is said before the record is taken over.
    await sourcesOf(context, record);
    if (!(await journal.claim(record))) throw running(record);
    const begun = goOn(context, journal, record);
    const result = await carryOut(context, () => openAgain(context, begun), { ...(request.kind !== 'load' && { platform: [request.platform], referrers: request.referrers ?? false }), ...options }, begun);
    context.output.result(result, () => transferLines(result));
  },
});

async function steer(context: Context, journal: Journal, records: readonly TransferRecord[], wish: Wish): Promise<void> {
  const transfers: { id: string; title: string; status: TransferRecord['status'] }[] = [];
  for (const record of records) {
    const { id, title } = record;
    const after = isUnderway(record) ? await askOwner(journal, id, wish, context) : record;
    const isLeft = after?.status === 'paused' || after?.status === 'interrupted';
    if (wish === 'cancel' && isLeft && (await journal.claim(after))) {
      const transfer = new Transfer(after, { journal });
      await transfer.giveUp(new ProblemError('cancelled', { message: 'Stopped.', next: 'Run the same command again to go on.' }).problem);
      transfers.push({ id, title, status: 'cancelled' });
    } else transfers.push({ id, title, status: after?.status ?? 'done' });
  }
  context.output.result({ transfers }, () => transfers.map(({ id, title, status }) => `${status} ${id}  ${title}`));
}

function checkPausable(record: TransferRecord): void {
  const { id, status, request } = record;
  if (!isUnderway(record)) throw misused(`Transfer ${id} does not run: it is ${status}.`, status === 'done' ? 'Nothing of it is left to do.' : `\`longshore transfers resume ${id}\` goes on with it.`);
  if (!request) throw misused(`Transfer ${id} reads or writes a stream, which is gone when it stops.`, 'Let it run, or cancel it.');
}

function running({ id, owner }: TransferRecord): ProblemError {
  return misused(`Transfer ${id} is running, in process ${owner.pid}.`, `Wait for it, or pause it there: \`longshore transfers pause ${id}\`.`);
}
