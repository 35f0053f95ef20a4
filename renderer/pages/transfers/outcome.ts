import type { TransferState } from '../../../shared/contract/transfers.js';
import { formatBytes, formatDuration } from '../../../shared/format.js';
import { words } from '../../words/en.js';
import { fileName } from './transfer-ends.js';

const say = words.transfers.outcomes;

/** Milliseconds: less would read as no time at all. */
const shortest = 100;

/** Where a finished transfer has led: `saved to app.tar`. */
export function outcome({ kind, request, file }: Pick<TransferState, 'kind' | 'request' | 'file'>, nameOfAccount: (id: string) => string): string {
  if (!request) return say.streamed[kind];
  switch (request.kind) {
    case 'pull':
      return say.pull;
    case 'save':
      return say.save(fileName(file ?? request.path));
    case 'load':
      return request.to ? say.loadTo(nameOfAccount(request.to.account)) : say.load;
    case 'push':
      return say.push(nameOfAccount(request.to.account));
    case 'copy':
      return say.copy(nameOfAccount(request.to.account));
  }
}

/** What it took: `688.2 MB in 19 s`. */
export function effort({ bytes, started, ended, status }: TransferState): string {
  if (status === 'cancelled') return words.transfers.cancelled;
  if (bytes.moved === 0) return words.transfers.nothingMoved;
  return words.transfers.done(formatBytes(bytes.moved), formatDuration(Math.max(shortest, Date.parse(ended ?? started) - Date.parse(started))));
}
