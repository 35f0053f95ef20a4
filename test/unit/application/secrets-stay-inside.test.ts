import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RequestInput } from '../../../shared/contract/contract.js';
import { brokenKeytar } from '../accounts/open-profile.js';
import { errorReply } from '../../fake/reply.js';
import { startFakeProxy } from '../../fake/proxy.js';
import { draftOf, drive, startRegistry, type CoreRequest, type Driven } from './open-application.js';

const marker = 'mArKeR-5e5ame%&';
const token = 'tOkEn-5e5ame';
/** As typed, as Basic sends them, and as they stand in a URL or a form. */
const forms = [marker, token, encodeURIComponent(marker), ...[`anna:${marker}`, `<token>:${token}`].map((pair) => Buffer.from(pair).toString('base64'))];

interface Watched {
  /** Asks, and keeps what came back, whether it was an answer or a problem. */
  ask<Name extends CoreRequest>(name: Name, input: RequestInput<Name>): Promise<unknown>;
  readonly answers: unknown[];
  readonly asked: Set<string>;
}

function watch(driven: Driven): Watched {
  const answers: unknown[] = [];
  const asked = new Set<string>();
  return {
    answers,
    asked,
    async ask(name, input) {
      asked.add(name);
      const answer: unknown = await driven.ask(name, input).catch((error: { problem?: unknown; stack?: string }) => ({ problem: error.problem, stack: error.stack }));
      answers.push(answer);
      return answer;
    },
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true });
  const files = await Promise.all(all.map(async (name) => ((await stat(join(folder, name))).isFile() ? [join(folder, name)] : [])));
  return files.flat();
}

const sort = { by: 'name', descending: false } as const;

it('no answer, event or file ever holds a secret, whatever is asked and however it goes wrong', async () => {
  const anna = { kind: 'password', username: 'anna' } as const;
  const good = await startRegistry({ signIn: { scheme: 'basic', username: 'anna', password: marker } });
  good.putImage('team/app', '1.0');
  const tokens = await startRegistry({ signIn: { scheme: 'bearer', username: 'anna', password: marker, identityToken: token } });
  // Answers everything beyond the greeting with what it was sent.
  const echo = await startRegistry({
    signIn: { scheme: 'basic', username: 'anna', password: marker },
    quirk: ({ path, headers }) => (path !== '/v2/' && headers['authorization'] !== undefined ? errorReply(403, 'DENIED', `you sent ${headers['authorization']} and ${marker}`) : undefined),
  });
  const proxy = await startFakeProxy({ user: { username: 'anna', password: 'another' } });
  const driven = await drive();
  const { ask, answers, asked } = watch(driven);
  const secrets = { secret: marker, proxyPassword: marker };

  for (const host of [good.host, tokens.host, echo.host]) {
    for (const draft of [draftOf(host, anna), draftOf(host, { kind: 'token' }), draftOf(host, { ...anna, proxy: { url: proxy.url, username: 'anna' } })]) {
      const typed = draft.kind === 'token' ? { secret: token } : secrets;
      await ask('accounts.check', { check: 'check', draft, secrets: typed });
      await ask('accounts.add', { draft: { ...draft, name: `${draft.kind} at ${host}${draft.proxy ? ' by proxy' : ''}` }, secrets: typed });
    }
  }
  await ask('accounts.check', { check: 'check', draft: draftOf('registry.invalid', anna), secrets });
  const { accounts } = await driven.ask('app.snapshot', {});
  expect(accounts.map(({ name }) => name)).toEqual(expect.arrayContaining([`password at ${good.host}`, `token at ${tokens.host}`, `password at ${echo.host}`]));

  await ask('settings.change', { theme: 'dark' });
  await writeFile(join(driven.folder, 'ca.pem'), `none ${'x'.repeat(10)}`);
  await ask('accounts.readCertificate', { path: join(driven.folder, 'ca.pem') });
  for (const { id: account, created: _created, expiry: _expiry, ...draft } of accounts) {
    await ask('accounts.check', { check: 'check', account, draft, secrets: {} });
    await ask('accounts.check', { check: 'check', account, draft: { ...draft, host: echo.host }, secrets: {} });
    await ask('accounts.change', { account, draft: { ...draft, realms: ['https://auth.example.com'] }, secrets: draft.kind === 'token' ? { secret: token } : secrets });
    await ask('accounts.change', { account, draft, secrets: {} });
    const place = { account, repository: 'team/app', reference: '1.0' };
    await ask('repositories.pin', { account, repository: 'team/app', pinned: true });
    for (const scope of [{ kind: 'repositories', account }, { kind: 'tags', account, repository: 'team/app' }, { kind: 'library' }] as const) {
      const { id } = (await ask('view.open', { scope, filter: '', sort })) as { id: string };
      if (scope.kind !== 'library') await driven.sees('view.changed', (state) => state.id === id && !state.refreshing);
      await ask('view.rows', { id, from: 0, count: 200 });
      await ask('view.change', { id, filter: 'app', sort });
      await ask('view.refresh', { id });
      await ask('view.close', { id });
    }
    await ask('artifact.inspect', place);
    const plan = (await ask('transfer.plan', { kind: 'pull', from: [place], platform: 'all' })) as { id?: string };
    const started = (await ask('transfer.start', { plan: plan.id ?? 'none' })) as { id?: string };
    await ask('transfer.pause', { transfer: started.id ?? 'none' });
    await ask('transfer.cancel', { transfer: started.id ?? 'none' });
    await ask('transfer.retry', { transfer: started.id ?? 'none' });
    await ask('transfer.cancel', { transfer: started.id ?? 'none' });
    await ask('transfer.forget', { transfer: started.id ?? 'none' });
  }
  await ask('archive.open', { path: join(driven.folder, 'accounts.json') });
  await ask('library.verify', {});
  await ask('library.prune', { dryRun: true });
  await ask('library.serve', { on: true, push: false });
  await ask('library.serve', { on: false, push: false });
  await ask('library.remove', { names: ['registry.example.com/none:1'] });
  await ask('app.snapshot', {});
  for (const { id: account } of accounts.slice(1)) await ask('accounts.remove', { account });
  await ask('app.snapshot', {});
  expect([...asked].sort()).toEqual(Object.keys(driven.application.handlers).sort());

  // A keychain that quotes what it was given.
  const quoting = await drive({ keytar: brokenKeytar(`cannot keep ${marker}`) });
  const other = watch(quoting);
  const { account } = (await other.ask('accounts.add', { draft: draftOf(good.host, anna), secrets })) as { account: { id: string } };
  await other.ask('accounts.remove', { account: account.id });
  expect(other.answers[0]).toMatchObject({ sessionOnly: { message: expect.any(String) as string } });

  const shown = [...answers, ...other.answers, ...driven.events, ...quoting.events].map((each) => JSON.stringify(each) ?? '');
  expect(shown.length).toBeGreaterThan(100);
  expect(shown.filter((text) => text.includes('you sent')).length).toBeGreaterThan(3);
  for (const text of shown) for (const form of forms) expect(text).not.toContain(form);
  await driven.close();
  const files = await filesIn(driven.folder);
  expect(files.map((file) => file.slice(driven.folder.length + 1))).toEqual(expect.arrayContaining(['accounts.json', 'inventory/inventory.sqlite', 'settings.json']));
  for (const file of files) for (const form of forms) expect((await readFile(file, 'latin1')).includes(form), `${form} in ${file}`).toBe(false);
}, 60_000);
