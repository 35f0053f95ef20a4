import type { TransferState } from '../../shared/contract/transfers.js';
import { words } from './words.js';

/** What was over sooner, the person still looks at. */
const longMilliseconds = 10_000;

/** The notice of a transfer that has just ended, if it deserves one. */
export function noticeOf({ status, title, started, ended, problem }: TransferState): { readonly title: string; readonly body: string } | undefined {
  if (ended === undefined || Date.parse(ended) - Date.parse(started) < longMilliseconds) return undefined;
  if (status === 'done') return { title: words.notice.done, body: title };
  if (status === 'failed') return { title: words.notice.failed, body: problem ? `${title}: ${problem.message}` : title };
  return undefined;
}
