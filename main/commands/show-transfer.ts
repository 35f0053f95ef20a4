import { shortDigest } from '../../shared/digest.js';
import { formatBytes, formatDuration } from '../../shared/format.js';
import { canGoOn } from '../../shared/transfer-status.js';
import type { TransferRecord } from '../transfers/record.js';
import { table } from './output.js';
import { describeRecord, findTransfer, sizeOf } from './transfer-record.js';
import { defineVerb, firstWord } from './verb.js';

export const show = defineVerb({
  name: 'show',
  summary: 'Say how a transfer stands: its blobs, why it waits, what went wrong and what to do',
  parameters: '<id>',
  example: 'longshore transfers show 0m2k4x7ab-3f9c1d5e7a20',
  remarks: 'Of one that runs this is at most two seconds old.',
  async run(context, words) {
    const record = await findTransfer(await context.journal(), firstWord(words));
    context.output.result({ transfer: { ...describeRecord(record), process: record.owner.pid, blobs: record.blobs ?? [] } }, () => linesOf(record));
  },
});

function linesOf(record: TransferRecord): string[] {
  const { id, title, status, started, ended, speed, left, retry, room, file, tagged, blobs = [], owner } = record;
  const described = describeRecord(record);
  const facts: (readonly [string, string | undefined])[] = [
    ['id', id],
    ['image', title],
    ['status', status === 'running' || status === 'planning' ? `${status}, in process ${owner.pid}` : status],
    ['begun', `${timeOf(started)}, by the ${described.from}`],
    ['ended', ended && timeOf(ended)],
    ['moved', [sizeOf(record), speed && `${formatBytes(speed)}/s`, left && `${formatDuration(left)} left`].filter(Boolean).join(', ')],
    ['file', file],
    ['waits', room && `for ${formatBytes(room.needed)} on the disk of ${room.folder}, where ${formatBytes(room.free)} are free`],
    ['waits', retry && `until ${timeOf(retry.until)}: ${retry.problem.message}`],
    ['problem', described.problem?.message],
    ['next', described.problem?.next],
    ['next', !described.problem && canGoOn(record) && record.request ? `\`longshore transfers resume ${id}\` goes on.` : undefined],
    ...tagged.map(({ name, digest }) => ['set', `${name}  ${digest}`] as const),
  ];
  return [
    ...table(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    ...table(blobs.map(({ digest, size, moved, state }) => [shortDigest(digest), state, state === 'exists' || state === 'mounted' || moved >= size ? formatBytes(size) : `${formatBytes(moved)} of ${formatBytes(size)}`])),
  ];
}

const timeOf = (iso: string): string => iso.slice(0, 19).replace('T', ' ');
