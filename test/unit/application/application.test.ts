import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requests } from '../../../shared/contract/contract.js';
import { drive, temporaryFolder } from './open-application.js';

it('answers every request but those that need a window', async () => {
  const { application } = await drive();
  const desktop = ['app.copyText', 'app.reveal', 'app.chooseFile', 'app.exportDiagnostics'];
  expect(Object.keys(application.handlers).sort()).toEqual(Object.keys(requests).filter((name) => !desktop.includes(name)).sort());
});

it('tells how everything stands, as of the last event', async () => {
  const driven = await drive();
  await driven.ask('settings.change', { theme: 'dark' });
  expect(await driven.ask('app.snapshot', {})).toMatchObject({
    sequence: driven.events.at(-1)!.sequence,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    accounts: [],
    transfers: [],
    settings: { theme: 'dark', pullTool: 'docker', address: 'home' },
    serving: { push: false },
    keychain: 'available',
    notices: [],
  });
});

it('keeps settings for the next time, and tells of them', async () => {
  const driven = await drive();
  const changed = await driven.ask('settings.change', { pullTool: 'podman', shell: 'cmd' });
  expect(changed).toMatchObject({ theme: 'system', pullTool: 'podman', shell: 'cmd' });
  expect(driven.events.at(-1)).toMatchObject({ name: 'settings.changed', event: changed });
  await driven.close();
  expect((await (await drive({ folder: driven.folder })).ask('app.snapshot', {})).settings).toEqual(changed);
});

it('says what it found damaged when it was opened', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'accounts.json'), 'not json');
  const { notices } = await (await drive({ folder })).ask('app.snapshot', {});
  expect(notices).toEqual([expect.stringContaining('accounts')]);
});

