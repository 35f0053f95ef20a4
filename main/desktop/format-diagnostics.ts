import { release } from 'node:os';
import type { Snapshot } from '../../shared/contract/contract.js';
import { redact } from '../../shared/redact.js';
import type { Log } from './log.js';

interface Parts {
  readonly log: Log;
  readonly snapshot: Snapshot;
  readonly version: string;
}

/** Hosts and states, no names of users and no secret; the log was redacted when it was written, and is again. */
export function formatDiagnostics({ log, snapshot, version }: Parts): string {
  const { electron, chrome, node } = process.versions;
  return [
    `Longshore ${version}`,
    `Electron ${electron ?? 'none'}, Chromium ${chrome ?? 'none'}, Node ${node}`,
    `${process.platform} ${release()} ${process.arch}`,
    `keychain: ${snapshot.keychain}`,
    `settings: theme ${snapshot.settings.theme}, tool ${snapshot.settings.pullTool}, shell ${snapshot.settings.shell}`,
    ...snapshot.accounts.map(({ host, kind, expiry }) => `account: ${host} (${kind}, ${expiry})`),
    ...snapshot.transfers.map(({ request, status, problem }) => `transfer: ${request.kind} ${status}${problem ? ` ${problem.code}` : ''}`),
    ...snapshot.notices.map((notice) => `notice: ${redact(notice)}`),
    '',
    redact(log.read()),
  ].join('\n');
}
