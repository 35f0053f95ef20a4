import { release } from 'node:os';
import { isRequestName } from '../../shared/contract/channels.js';
import type { Snapshot } from '../../shared/contract/contract.js';
import { redact } from '../../shared/redact.js';
import type { Log } from './log.js';

interface Parts {
  readonly log: Pick<Log, 'read'>;
  readonly snapshot: Snapshot;
  readonly version: string;
}

/** As many as somebody reads who looks for what went wrong last. */
const mostRequests = 20;
const mostProblems = 20;
/** Some days; the whole log may be five megabytes. */
const mostLines = 2_000;

/** Hosts and states, no names of users and no secret; the log was redacted when it was written, and is again. */
export function formatDiagnostics({ log, snapshot, version }: Parts): string {
  const { electron, chrome, node } = process.versions;
  const lines = redact(log.read()).trimEnd().split('\n');
  return [
    `Longshore ${version}`,
    `Electron ${electron ?? 'none'}, Chromium ${chrome ?? 'none'}, Node ${node}`,
    `${process.platform} ${release()} ${process.arch}`,
    `keychain: ${snapshot.keychain}`,
    `settings: theme ${snapshot.settings.theme}, tool ${snapshot.settings.pullTool}, shell ${snapshot.settings.shell}`,
    ...snapshot.accounts.map(({ host, kind, expiry }) => `account: ${host} (${kind}, ${expiry})`),
    ...snapshot.transfers.map(({ kind, status, problem }) => `transfer: ${kind} ${status}${problem ? ` ${problem.code}` : ''}`),
    ...snapshot.notices.map((notice) => `notice: ${redact(notice)}`),
    ...section('The last requests of the window', lines.flatMap(requestOf).slice(-mostRequests)),
    ...section('The last problems', lines.filter((line) => problemLine.test(line)).slice(-mostProblems)),
    ...section('The log', lines.slice(-mostLines)),
    '',
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] => ['', `${title}:`, ...lines];

/** Lines of the log begin with a time and a level; the gate writes name, duration and, where it failed, the code. */
const requestLine = /^\S+ (?:info|warn|error) (\S+) \d+ ms(?: [a-z-]+)?/;
const problemLine = /^\S+ (?:warn|error) /;

function requestOf(line: string): readonly string[] {
  const [found, name = ''] = requestLine.exec(line) ?? [];
  return found !== undefined && isRequestName(name) ? [found] : [];
}
