import { createHash } from 'node:crypto';
import type { TransferRequest } from '../../shared/contract/transfers.js';

/** Whether something in the way may be replaced is no part of what is asked for: people say it the second time. */
const permissions = ['overwrite', 'replace'];

/** Equal for requests that ask for the same, whoever wrote them in whatever order of their parts. */
export function planKey(request: TransferRequest): string {
  return createHash('sha256').update(JSON.stringify(ordered(request))).digest('hex').slice(0, 32);
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !permissions.includes(name));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, ordered(part)]));
}
