import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { AccountDraft, Accounts } from '../../../main/accounts/accounts.js';
import { changeAccount } from '../../../main/accounts/change-account.js';
import { signIn } from '../../../main/accounts/sign-in.js';
import type { Account } from '../../../shared/account.js';
import { startFakeProxy } from '../../fake/proxy.js';
import { startFakeRegistry, type FakeRegistry } from '../../fake/registry.js';
import { keytarOver, openProfile } from './open-profile.js';
import { temporaryFolder } from './temporary-folder.js';

const signal = new AbortController().signal;
let registry: FakeRegistry;
let accounts: Accounts;
let items: Map<string, string>;
let account: Account;

const options = () => ({ accounts, signal, env: {}, folders: [], bundles: [] });
const draft = (more: Partial<AccountDraft> = {}): AccountDraft => ({ host: registry.host, kind: 'password', username: 'anna', ...more });
/** How often somebody signed in. */
const signIns = (): number => registry.requests.filter(({ headers }) => headers['authorization'] !== undefined).length;

beforeEach(async () => {
  registry = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'anna', password: 'sesame' } });
  items = new Map();
  accounts = openProfile(await temporaryFolder(), keytarOver(items));
  account = (await signIn(draft({ name: 'Work' }), { secret: 'sesame' }, options())).account;
});

afterEach(() => registry.close());

describe('changing an account', () => {
  it('gives it another name and date without a word to the registry', async () => {
    const before = signIns();
    const expires = { at: '2027-01-31T22:59:59.000Z', from: 'typed' } as const;
    const changed = await changeAccount(account.id, draft({ name: 'Home', expires }), {}, options());
    expect(changed.account).toEqual({ ...account, name: 'Home', expires });
    expect(await accounts.list()).toEqual([changed.account]);
    expect(items.get(account.id)).toBe('sesame');
    expect(signIns()).toBe(before);
  });

  it('forgets what the form no longer says', async () => {
    await changeAccount(account.id, draft({ name: 'Work', expires: { at: '2027-01-31T22:59:59.000Z', from: 'typed' } }), {}, options());
    expect((await changeAccount(account.id, draft({ name: 'Work' }), {}, options())).account).toEqual(account);
  });

  it('renews the secret once the registry took it, and keeps the old one when it does not', async () => {
    await expect(changeAccount(account.id, draft(), { secret: 'wrong' }, options())).rejects.toMatchObject({ code: 'credentials-rejected' });
    expect(items.get(account.id)).toBe('sesame');
    items.set(account.id, 'outdated');
    await changeAccount(account.id, draft(), { secret: 'sesame' }, options());
    expect(items.get(account.id)).toBe('sesame');
  });

  it('tries the stored secret at the same registry where something else was changed', async () => {
    const authority = draft({ name: 'Work', realms: ['https://auth.example.net'] });
    await changeAccount(account.id, authority, { secret: 'sesame' }, options());
    const before = signIns();
    expect((await changeAccount(account.id, draft({ name: 'Work' }), {}, options())).account.realms).toEqual([]);
    expect(signIns()).toBeGreaterThan(before);
  });

  it('never sends the stored secret to another registry', async () => {
    const other = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'anna', password: 'sesame' } });
    onTestFinished(() => other.close());
    await expect(changeAccount(account.id, draft({ host: other.host }), {}, options())).rejects.toMatchObject({ code: 'usage-invalid', problem: { next: 'Type the password again.' } });
    expect(other.requests).toEqual([]);
    const moved = await changeAccount(account.id, draft({ host: other.host }), { secret: 'sesame' }, options());
    expect(moved.account).toMatchObject({ id: account.id, host: other.host });
    expect(other.requests.length).toBeGreaterThan(0);
  });

  it('lets go of the secret of an account that signs in no more', async () => {
    const open = await startFakeRegistry();
    onTestFinished(() => open.close());
    const changed = await changeAccount(account.id, { host: open.host, kind: 'anonymous' }, {}, options());
    expect(changed.account.username).toBeUndefined();
    expect([...items]).toEqual([]);
  });

  it('never sends the password of one proxy to another', async () => {
    const [one, other] = await Promise.all([startFakeProxy({ user: { username: 'out', password: 'open' } }), startFakeProxy({ user: { username: 'out', password: 'open' } })]);
    onTestFinished(() => Promise.all([one.close(), other.close()]).then(() => undefined));
    await changeAccount(account.id, draft({ proxy: { url: one.url, username: 'out' } }), { secret: 'sesame', proxyPassword: 'open' }, options());
    expect(items.get(`${account.id}/proxy`)).toBe('open');
    await expect(changeAccount(account.id, draft({ proxy: { url: other.url, username: 'out' } }), { secret: 'sesame' }, options())).rejects.toMatchObject({ code: 'proxy-authentication' });
    await changeAccount(account.id, draft(), { secret: 'sesame' }, options());
    expect([...items]).toEqual([[account.id, 'sesame']]);
  });

  it('is refused for an account that is gone', async () => {
    await accounts.remove(account.id);
    await expect(changeAccount(account.id, draft(), { secret: 'sesame' }, options())).rejects.toMatchObject({ code: 'account-unknown' });
  });

  it('is refused where another account has the name', async () => {
    await accounts.add({ host: registry.host, kind: 'anonymous', name: 'Other' });
    await expect(changeAccount(account.id, draft({ name: 'Other' }), {}, options())).rejects.toMatchObject({ code: 'usage-invalid' });
  });
});
