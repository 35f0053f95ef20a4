import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Connection, Credentials } from '../../../main/registry/connection.js';
import { ProblemError } from '../../../shared/errors.js';
import { errorReply, json, reply, type Recorded } from '../../fake/reply.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';
import type { SignIn } from '../../fake/tokens.js';
import { blobOf, bodyOf, collect, connectionTo, never as signal, password, problemOf, useFakes, type Pair } from './connect.js';

const fakes = useFakes();
afterEach(() => vi.useRealTimers());

const ann = { username: 'ann', password: 's3cret' };
const asAnn = { credentials: password('ann', 's3cret') };
const signIn = (scheme: SignIn['scheme'], more: Partial<SignIn> = {}): FakeOptions => ({ signIn: { scheme, ...ann, ...more } });

async function start(options: FakeOptions, more: Partial<Connection> = asAnn): Promise<Pair> {
  const pair = await fakes.start(options, more);
  pair.fake.putImage('team/app', '1.0');
  pair.fake.putImage('team/base', '1.0');
  return pair;
}
const tokenRequests = (fake: FakeRegistry): Recorded[] => fake.requests.filter(({ path }) => path.startsWith('/token'));
const tags = ({ registry }: Pair, repository = 'team/app') => collect(registry.tags(repository, { signal }));
const scopes = ({ path }: Recorded): string[] => new URL(path, 'http://x').searchParams.getAll('scope');

describe('signing in', () => {
  it('greets once, and sends a password to nobody who did not ask for it', async () => {
    const pair = await start({});
    await tags(pair);
    await tags(pair);
    expect(pair.fake.requests.map(({ path }) => path.split('?')[0])).toEqual(['/v2/', '/v2/team/app/tags/list', '/v2/team/app/tags/list']);
    expect(pair.fake.requests.every(({ headers }) => headers['authorization'] === undefined && headers['cookie'] === undefined)).toBe(true);
  });

  it('asks for one token for many requests at once', async () => {
    const pair = await start(signIn('bearer'));
    await Promise.all([1, 2, 3, 4, 5].map(() => tags(pair)));
    expect(tokenRequests(pair.fake)).toHaveLength(1);
    expect(scopes(tokenRequests(pair.fake)[0]!)).toEqual(['repository:team/app:pull']);
    const { path, headers } = tokenRequests(pair.fake)[0]!;
    expect(path).toContain('service=fake');
    expect(path).toContain('account=ann');
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('ann:s3cret').toString('base64')}`);
  });

  it('keeps one token per repository, and uses one that allows more', async () => {
    const pair = await start(signIn('bearer'));
    const bytes = Buffer.from('x');
    await pair.registry.repository('team/app').push(blobOf(bytes), bodyOf(bytes), { signal });
    await tags(pair);
    await tags(pair, 'team/base');
    expect(tokenRequests(pair.fake).map(scopes)).toEqual([['repository:team/app:pull,push'], ['repository:team/base:pull']]);
  });

  it('goes on when the first who waited for the token gave up', async () => {
    const pair = await start(signIn('bearer'));
    await pair.registry.ping({ signal });
    const first = new AbortController();
    const tried = collect(pair.registry.tags('team/app', { signal: first.signal }));
    const second = tags(pair);
    first.abort(new Error('no longer'));
    await expect(tried).rejects.toThrow('no longer');
    expect(await second).toEqual(['1.0']);
  });

  it('renews a token before it ends, and not earlier', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const pair = await start(signIn('bearer', { seconds: 100 }));
    await tags(pair);
    vi.setSystemTime(Date.now() + 79_000);
    await tags(pair);
    expect(tokenRequests(pair.fake)).toHaveLength(1);
    vi.setSystemTime(Date.now() + 2_000);
    await tags(pair);
    expect(tokenRequests(pair.fake)).toHaveLength(2);
  });

  it('takes a new token once when the registry no longer knows the old one', async () => {
    const pair = await start(signIn('bearer'));
    await tags(pair);
    pair.fake.revokeTokens();
    expect(await tags(pair)).toEqual(['1.0']);
    expect(tokenRequests(pair.fake)).toHaveLength(2);
  });

  it('asks no more than twice when the answer stays 401', async () => {
    const pair = await start({ ...signIn('bearer'), faults: [{ path: '/tags/', times: 99, reply: errorReply(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': 'Bearer realm="/token",service="fake"' }) }] });
    expect(await problemOf(tags(pair))).toMatchObject({ code: 'permission-denied' });
    expect(pair.fake.requests.filter(({ path }) => path.includes('/tags/'))).toHaveLength(2);
  });

  it('asks for the scope that the refusal names', async () => {
    const challenge = { 'www-authenticate': 'Bearer realm="/token",service="fake",scope="repository:team/app:pull,metadata_read",error="insufficient_scope"' };
    const pair = await start({ ...signIn('bearer'), faults: [{ path: '/tags/', reply: errorReply(401, 'UNAUTHORIZED', 'more', challenge) }] });
    expect(await tags(pair)).toEqual(['1.0']);
    expect(tokenRequests(pair.fake).map(scopes)).toEqual([['repository:team/app:pull'], ['repository:team/app:pull,metadata_read']]);
  });

  it('uses a password that was changed meanwhile', async () => {
    let current = 'old';
    const pair = await start(signIn('basic'), { credentials: () => Promise.resolve({ kind: 'password', username: 'ann', password: current }) });
    expect(await problemOf(tags(pair))).toMatchObject({ code: 'credentials-rejected' });
    current = 's3cret';
    expect(await tags(pair)).toEqual(['1.0']);
  });

  it('asks the keychain again that was locked the first time', async () => {
    let locked = true;
    const credentials = (): Promise<Credentials> => (locked ? Promise.reject(new ProblemError('keychain-locked', { message: 'Locked.', next: 'Unlock it.' })) : asAnn.credentials());
    const pair = await start(signIn('basic'), { credentials });
    expect(await problemOf(tags(pair))).toMatchObject({ code: 'keychain-locked' });
    locked = false;
    expect(await tags(pair)).toEqual(['1.0']);
  });

  it('greets anew after a greeting that failed when nobody waited any more', async () => {
    const pair = await start({ faults: [{ path: /^\/v2\/$/, reply: { status: 404, stallAfter: 0, body: Buffer.from('later') } }] }, { ...asAnn, timeouts: { stall: 50 } });
    const first = new AbortController();
    const tried = collect(pair.registry.tags('team/app', { signal: first.signal }));
    await vi.waitFor(() => expect(pair.fake.requests).toHaveLength(1));
    first.abort(new Error('no longer'));
    await expect(tried).rejects.toThrow('no longer');
    await vi.waitFor(() => expect(pair.fake.sockets.size).toBe(0));
    expect(await tags(pair)).toEqual(['1.0']);
  });

  it('takes "Basic" in answer to a token for a refusal, as Harbor means it, and sends no password', async () => {
    const noRight = ({ path, headers }: Recorded) => (path.startsWith('/v2/team/base/') && headers['authorization']?.startsWith('Bearer ') ? errorReply(401, 'UNAUTHORIZED', 'unauthorized to access repository', { 'www-authenticate': 'Basic realm="harbor"' }) : undefined);
    const pair = await start({ ...signIn('bearer'), quirk: noRight });
    expect(await problemOf(tags(pair, 'team/base'))).toMatchObject({ code: 'permission-denied' });
    expect(await tags(pair)).toEqual(['1.0']);
    expect(pair.fake.requests.filter(({ path, headers }) => path.startsWith('/v2/') && headers['authorization']?.startsWith('Basic '))).toEqual([]);
  });

  it('prefers Bearer and passes over schemes of company networks', async () => {
    const headers = { 'www-authenticate': ['Negotiate', 'NTLM, Basic realm="x"'] };
    const pair = await start({ ...signIn('basic'), faults: [{ path: /^\/v2\/$/, reply: errorReply(401, 'UNAUTHORIZED', 'no', headers) }] });
    expect(await tags(pair)).toEqual(['1.0']);
    const { registry } = await fakes.start({ faults: [{ times: 9, reply: errorReply(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': 'Negotiate' }) }] });
    expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code: 'not-supported', message: expect.stringContaining('negotiate') as string });
  });

  it('signs in to a registry that greets everybody and asks later', async () => {
    const pair = await start({ ...signIn('basic'), faults: [{ path: /^\/v2\/$/, times: 9, reply: json(200, {}) }] });
    expect(await tags(pair)).toEqual(['1.0']);
  });

  it('gets an anonymous token for what is public', async () => {
    const pair = await start(signIn('bearer', { anonymousPull: true }), {});
    expect(await tags(pair)).toEqual(['1.0']);
    expect(tokenRequests(pair.fake)[0]?.headers['authorization']).toBeUndefined();
    expect(await pair.registry.ping({ signal })).toMatchObject({ scheme: 'bearer', signedIn: false });
  });
});

describe('the token service', () => {
  const token = (): Promise<Credentials> => Promise.resolve({ kind: 'token', token: 'identity-1' });

  it('is sent an identity token in the body of a POST', async () => {
    const pair = await start(signIn('bearer', { identityToken: 'identity-1' }), { credentials: token });
    expect(await tags(pair)).toEqual(['1.0']);
    const [asked] = tokenRequests(pair.fake);
    expect(asked).toMatchObject({ method: 'POST', path: '/token' });
    expect(Object.fromEntries(new URLSearchParams(asked!.body.toString()))).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'identity-1', service: 'fake', scope: 'repository:team/app:pull' });
  });

  it('is asked by GET where it knows no POST', async () => {
    const pair = await start(signIn('bearer', { identityToken: 'identity-1', onlyGet: true }), { credentials: token });
    expect(await tags(pair)).toEqual(['1.0']);
    expect(tokenRequests(pair.fake).map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('says which credentials were wrong', async () => {
    const wrongToken = await start(signIn('bearer', { identityToken: 'identity-2' }), { credentials: token });
    expect(await problemOf(tags(wrongToken))).toMatchObject({ code: 'credentials-rejected' });
    const wrongPassword = await start(signIn('bearer'), { credentials: password('ann', 'wr0ng-Passw0rd') });
    const problem = await problemOf(tags(wrongPassword));
    expect(problem).toMatchObject({ code: 'credentials-rejected' });
    expect(JSON.stringify(problem)).not.toMatch(/wr0ng-Passw0rd|YW5u/);
  });

  it.each([
    ['an HTML page', reply(200, { 'content-type': 'text/html' }, '<html>')],
    ['a token without end', json(200, { token: 'x'.repeat(200_000) })],
    ['a token with a line break', json(200, { token: 'a\r\nHost: evil' })],
    ['a redirect', reply(302, { location: 'https://elsewhere.example/' })],
  ])('is refused %s', async (_, answer) => {
    const pair = await start({ ...signIn('bearer'), faults: [{ path: '/token', times: 9, reply: answer }] });
    expect(await problemOf(tags(pair))).toMatchObject({ code: 'token-invalid' });
  });

  it('is not followed with a password to another site', async () => {
    const thief = await startFakeRegistry();
    fakes.defer(() => thief.close());
    const pair = await start(signIn('bearer', { realm: `http://localhost:${thief.host.split(':')[1]}/token` }));
    const problem = await problemOf(tags(pair));
    expect(problem).toMatchObject({ code: 'realm-refused' });
    expect(problem.command).toContain(`longshore login ${pair.fake.host} --allow-realm http://localhost:`);
    expect(thief.requests).toHaveLength(0);
  });

  it('may stand elsewhere when the person agreed', async () => {
    const service = await startFakeRegistry({ quirk: () => json(200, { token: 'elsewhere' }) });
    fakes.defer(() => service.close());
    const origin = `http://localhost:${service.host.split(':')[1]}`;
    const pair = await start(
      { quirk: ({ headers, path }) => (path.startsWith('/v2/') && headers['authorization'] !== 'Bearer elsewhere' ? errorReply(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': `Bearer realm="${origin}/token"` }) : undefined) },
      { ...asAnn, realms: [origin] },
    );
    expect(await tags(pair)).toEqual(['1.0']);
    expect(service.requests[0]?.headers['authorization']).toMatch(/^Basic /);
  });

  it('is not asked on a private network by a public registry, not even without a name', async () => {
    const inside = await startFakeRegistry();
    const fake = await startFakeRegistry(signIn('bearer', { realm: `${inside.origin}/token` }));
    fakes.defer(() => inside.close());
    fakes.defer(() => fake.close());
    const registry = fakes.open(connectionTo('registry.example', { connectTo: { 'registry.example:80': fake.host } }));
    expect(await problemOf(collect(registry.tags('team/app', { signal })))).toMatchObject({ code: 'realm-refused' });
    expect(inside.requests).toHaveLength(0);
  });
});

describe('what is no registry', () => {
  it.each([
    ['a web page', reply(200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>')],
    ['a 404', reply(404, {}, 'not found')],
    ['a 401 that does not say how', reply(401)],
  ])('is told by %s', async (_, answer) => {
    const { registry } = await fakes.start({ faults: [{ times: 9, reply: answer }] });
    expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code: 'not-a-registry' });
  });

  it('is told by a sign-in page that it sends to', async () => {
    const { registry } = await fakes.start({ quirk: ({ path }) => (path === '/login' ? reply(200, { 'content-type': 'text/html' }, '<form>') : reply(302, { location: '/login' })) });
    expect(await problemOf(registry.ping({ signal }))).toMatchObject({ code: 'not-a-registry' });
  });

  it('is asked again after a fault', async () => {
    const { registry } = await fakes.start({ faults: [{ path: /^\/v2\/$/, times: 2, reply: reply(503) }] });
    expect(await registry.ping({ signal })).toEqual({ scheme: 'none', signedIn: false, version: 'registry/2.0' });
  });
});
