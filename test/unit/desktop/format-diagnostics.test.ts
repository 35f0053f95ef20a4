import { expect, it } from 'vitest';
import type { Snapshot } from '../../../shared/contract/contract.js';
import { formatDiagnostics } from '../../../main/desktop/format-diagnostics.js';

const snapshot: Snapshot = {
  sequence: 3, version: '0.1.0', electron: '45.4.1', platform: 'linux',
  accounts: [{ id: '6b0a3c5e-0000-4000-8000-000000000001', name: 'Harbour', host: 'registry.example.com', kind: 'user', username: 'anna.smith', expiry: 'soon' } as unknown as Snapshot['accounts'][number]],
  transfers: [], settings: { theme: 'dark', pullTool: 'docker', shell: 'sh', address: 'home' }, serving: { push: false }, keychain: 'available',
  notices: ['settings.json was set aside'],
};

it('the report tells versions, states and the log, and neither users nor secrets', () => {
  const log = { write: () => undefined, read: () => '2026-11-21 error Authorization: Bearer abcDEF123456\n' };
  const report = formatDiagnostics({ log, snapshot, version: '0.1.0-electron33' });
  expect(report).toContain('Longshore 0.1.0-electron33\n');
  expect(report).toContain('account: registry.example.com (user, soon)');
  expect(report).toContain('keychain: available');
  expect(report).toContain('notice: settings.json was set aside');
  expect(report).toContain('Bearer [secret]');
  expect(report).not.toMatch(/anna|abcDEF123456/);
});
