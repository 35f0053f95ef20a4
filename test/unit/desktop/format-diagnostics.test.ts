import { expect, it } from 'vitest';
import type { Snapshot } from '../../../shared/contract/contract.js';
import { formatDiagnostics } from '../../../main/desktop/format-diagnostics.js';

const snapshot: Snapshot = {
  sequence: 3, version: '0.1.0', electron: '45.4.1', edition: '', platform: 'linux',
  accounts: [{ id: '6b0a3c5e-0000-4000-8000-000000000001', name: 'Harbour', host: 'registry.example.com', kind: 'user', username: 'anna.smith', expiry: 'soon' } as unknown as Snapshot['accounts'][number]],
  transfers: [], settings: { theme: 'dark', pullTool: 'docker', shell: 'sh', address: 'home' }, serving: { push: false }, keychain: 'available',
  notices: ['settings.json was set aside, token=s3cr3t'],
};

const reportOf = (log: string): string => formatDiagnostics({ log: { read: () => log }, snapshot, version: '0.1.0-electron33' });

/** The lines of a section, without its title. */
function section(report: string, title: string): readonly string[] {
  const lines = report.split('\n');
  const from = lines.indexOf(`${title}:`) + 1;
  expect(from).toBeGreaterThan(0);
  return lines.slice(from, lines.indexOf('', from));
}

it('the report tells versions, states and the log, and neither users nor secrets', () => {
  const report = reportOf('2026-11-21T10:00:00.000Z error Authorization: Bearer abcDEF123456\n');
  expect(report).toContain('Longshore 0.1.0-electron33\n');
  expect(report).toContain('account: registry.example.com (user, soon)');
  expect(report).toContain('keychain: available');
  expect(report).toContain('settings: theme dark, tool docker, shell sh');
  expect(report).toContain('notice: settings.json was set aside, token=[secret]');
  expect(report).toContain('Bearer [secret]');
  expect(report).not.toMatch(/anna|abcDEF123456|s3cr3t/);
});

it('the report lists the last twenty requests by name, duration and outcome, and the last problems', () => {
  const time = '2026-11-21T10:00:00.000Z';
  const many = Array.from({ length: 30 }, (_, at) => `${time} info view.rows ${at} ms`);
  const odd = [`${time} warn transfer.plan 7 ms tag-exists`, `${time} error app.snapshot 1 ms internal TypeError: odd`, `  at nowhere`, `${time} info unheard.of 3 ms`, `${time} error The page: odd`];
  const report = reportOf(`${[...many, ...odd].join('\n')}\n`);
  expect(section(report, 'The last requests of the window')).toEqual([...many.slice(12), `${time} warn transfer.plan 7 ms tag-exists`, `${time} error app.snapshot 1 ms internal`]);
  expect(section(report, 'The last problems')).toEqual([odd[0], odd[1], odd[4]]);
  expect(section(report, 'The log')).toEqual([...many, ...odd]);
});

it('the report has the end of a long log, and not all of it', () => {
  const report = reportOf(Array.from({ length: 5000 }, (_, at) => `2026-11-21T10:00:00.000Z info line ${at}\n`).join(''));
  const kept = section(report, 'The log');
  expect(kept.length).toBe(2000);
  expect(kept.at(-1)).toContain('line 4999');
});
