import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { signIn } from '../../../main/accounts/sign-in.js';
import type { Accounts } from '../../../main/accounts/accounts.js';
import { createAuthority } from '../../fake/certificates.js';
import { startFakeProxy } from '../../fake/proxy.js';
import { startFakeRegistry, type FakeRegistry } from '../../fake/registry.js';
import { keytarOver, openProfile } from './open-profile.js';
import { temporaryFolder } from './temporary-folder.js';

const signal = new AbortController().signal;
let registry: FakeRegistry;
let accounts: Accounts;
let items: Map<string, string>;

beforeEach(async () => {
  registry = await startFakeRegistry({ signIn: { scheme: 'bearer', username: 'robot$ci', password: 'sesame', identityToken: 'identity' } });
  items = new Map();
  accounts = openProfile(await temporaryFolder(), keytarOver(items));
});

afterEach(() => registry.close());

const robot = () => ({ host: registry.host, kind: 'password', username: 'robot$ci' }) as const;
const options = () => ({ accounts, signal, env: {}, folders: [] });

describe('signing in', () => {
  it('keeps the account and its secret once the registry took them', async () => {
    const { account, ping } = await signIn(robot(), { secret: 'sesame' }, options());
    expect(ping).toMatchObject({ scheme: 'bearer', signedIn: true });
    expect(await accounts.list()).toEqual([account]);
    expect(items.get(account.id)).toBe('sesame');
  });

  it('keeps nothing when the password is wrong', async () => {
    await expect(signIn(robot(), { secret: 'open' }, options())).rejects.toMatchObject({ code: 'credentials-rejected' });
    expect(await accounts.list()).toEqual([]);
    expect(items.size).toBe(0);
  });

  it('renews the secret of the same user instead of adding a second account', async () => {
    const { account } = await signIn(robot(), { secret: 'sesame' }, options());
    await registry.close();
    registry = await startFakeRegistry({ signIn: { scheme: 'basic', username: 'robot$ci', password: 'new' } });
    await accounts.update(account.id, (current) => ({ ...current, host: registry.host }));
    await signIn(robot(), { secret: 'new' }, options());
    expect(await accounts.list()).toHaveLength(1);
    expect(items.get(account.id)).toBe('new');
  });

  it('renews a secret with no more than the secret: the authority, the proxy and its password are known', async () => {
    const authority = await createAuthority();
    const proxy = await startFakeProxy({ user: { username: 'out', password: 'open' } });
    const secure = await startFakeRegistry({ tls: await authority.issue(), signIn: { scheme: 'basic', username: 'robot$ci', password: 'sesame' } });
    onTestFinished(async () => {
      await secure.close();
      await proxy.close();
      await authority.remove();
    });
    const draft = { ...robot(), host: secure.host };
    const expires = { at: '2027-01-01T00:00:00.000Z', from: 'typed' } as const;
    const { account } = await signIn({ ...draft, certificates: [authority.cert], proxy: { url: proxy.url, username: 'out' }, expires }, { secret: 'sesame', proxyPassword: 'open' }, options());
    const through = proxy.log.length;
    const renewed = await signIn(draft, { secret: 'sesame' }, options());
    expect(proxy.log.length).toBeGreaterThan(through);
    const { expires: _, ...kept } = account;
    expect(renewed.account).toEqual(kept);
  });

  it('adds a second account of the host under another user', async () => {
    await signIn({ ...robot(), name: 'one' }, { secret: 'sesame' }, options());
    await signIn({ ...robot(), name: 'two' }, { secret: 'sesame' }, options());
    expect((await accounts.list()).map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('tries what was typed, whatever the environment holds for scripts', async () => {
    const env = { LONGSHORE_USERNAME: 'other', LONGSHORE_PASSWORD: 'other' };
    expect((await signIn(robot(), { secret: 'sesame' }, { ...options(), env })).ping.signedIn).toBe(true);
  });

  it('reads the end of a token from the token, unless the person said one', async () => {
    const exp = Math.floor(Date.parse('2027-05-01T00:00:00Z') / 1000);
    const token = `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
    await registry.close();
    registry = await startFakeRegistry({ signIn: { scheme: 'bearer', username: '', password: '', identityToken: token } });
    const draft = { host: registry.host, kind: 'token' } as const;
    expect((await signIn(draft, { secret: token }, options())).account.expires).toEqual({ at: '2027-05-01T00:00:00.000Z', from: 'token' });
    const typed = { at: '2027-01-01T00:00:00.000Z', from: 'typed' } as const;
    expect((await signIn({ ...draft, expires: typed }, { secret: token }, options())).account.expires).toEqual(typed);
  });

  it('does not call a secret tried that the registry never asked for', async () => {
    await registry.close();
    registry = await startFakeRegistry();
    await expect(signIn(robot(), { secret: 'sesame' }, options())).rejects.toMatchObject({ code: 'usage-invalid' });
    expect((await signIn({ host: registry.host, kind: 'anonymous' }, {}, options())).ping.signedIn).toBe(false);
  });

  it('does not take http:// before the name of another machine for an agreement', async () => {
    await expect(signIn({ host: 'registry.example.com', kind: 'anonymous' }, {}, { ...options(), namedPlainHttp: true })).rejects.toMatchObject({ code: 'plain-http-refused' });
  });
});
