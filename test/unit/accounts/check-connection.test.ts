import { afterEach, describe, expect, it } from 'vitest';
import { checkConnection, type CheckStep } from '../../../main/accounts/check-connection.js';
import type { Connection } from '../../../main/registry/connection.js';
import { createAuthority, type Authority } from '../../fake/certificates.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';
import { errorReply } from '../../fake/reply.js';

const signIn = { scheme: 'basic', username: 'anna', password: 'sesame' } as const;
const password = (text: string) => () => Promise.resolve({ kind: 'password', username: 'anna', password: text } as const);
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: FakeOptions = {}): Promise<FakeRegistry> {
  const registry = await startFakeRegistry(options);
  closing.push(() => registry.close());
  return registry;
}

async function check(host: string, connection: Partial<Connection> = {}): Promise<CheckStep[]> {
  const steps: CheckStep[] = [];
  for await (const step of checkConnection({ host, plainHttp: true, trust: { certificates: [] }, ...connection }, new AbortController().signal)) steps.push(step);
  return steps;
}

const states = (steps: CheckStep[]): Record<string, string> => Object.fromEntries(steps.map(({ name, state }) => [name, state]));

describe('checking a connection', () => {
  it('goes through every step of one that works', async () => {
    const authority: Authority = await createAuthority();
    closing.push(() => authority.remove());
    const registry = await start({ signIn, tls: await authority.issue() });
    registry.putImage('team/app', '1.0');
    const steps = await check(registry.host, { plainHttp: false, trust: { certificates: [authority.cert] }, credentials: password('sesame') });
    expect(states(steps)).toEqual({ name: 'ok', certificate: 'ok', registry: 'ok', 'sign-in': 'ok', repositories: 'ok' });
    expect(steps.find(({ name }) => name === 'certificate')?.message).toMatch(/SHA-256 (?:[0-9A-F]{2}:){31}/);
    expect(steps.at(-1)?.message).toContain('team/app');
  });

  it('tells a wrong password from a registry that is not there', async () => {
    const registry = await start({ signIn });
    expect(states(await check(registry.host, { credentials: password('wrong') }))).toEqual({ name: 'ok', certificate: 'skipped', registry: 'ok', 'sign-in': 'failed' });
    await registry.close();
    closing.pop();
    expect(states(await check(registry.host))).toEqual({ name: 'ok', certificate: 'skipped', registry: 'failed' });
  });

  it('ends at a certificate that is not trusted, says why, and has sent nothing', async () => {
    const authority = await createAuthority();
    closing.push(() => authority.remove());
    const registry = await start({ tls: await authority.issue() });
    const steps = await check(registry.host, { plainHttp: false });
    expect(states(steps)).toEqual({ name: 'ok', certificate: 'failed' });
    expect(steps.at(-1)?.problem).toMatchObject({ code: 'certificate-untrusted', detail: expect.stringMatching(/SHA-256: (?:[0-9A-F]{2}:){31}/) as string });
    expect(registry.requests).toEqual([]);
  });

  it('asks once more where it failed, so that nobody waits for long', async () => {
    const registry = await start({ faults: [{ path: '/v2/', times: 1, reply: { status: 503 } }] });
    expect(states(await check(registry.host))).toMatchObject({ registry: 'ok' });
    registry.faults.push({ path: '/v2/', times: Infinity, reply: { status: 503 } });
    registry.requests.length = 0;
    expect(states(await check(registry.host))).toMatchObject({ registry: 'failed' });
    expect(registry.requests).toHaveLength(2);
  });

  it('stops at a name that nobody knows', async () => {
    expect(states(await check('registry.invalid'))).toEqual({ name: 'failed' });
  });

  it('takes a registry that does not list its repositories for healthy', async () => {
    const registry = await start({ quirk: ({ path }) => (path.startsWith('/v2/_catalog') ? errorReply(404, 'UNSUPPORTED') : undefined) });
    expect(states(await check(registry.host))).toEqual({ name: 'ok', certificate: 'skipped', registry: 'ok', 'sign-in': 'skipped', repositories: 'skipped' });
  });

  it('names the proxy and its user, never its password', async () => {
    const steps = await check('registry.example.com', { proxy: { url: 'http://127.0.0.1:1', username: 'anna', password: 'sesame' } });
    expect(JSON.stringify(steps)).toContain('http://127.0.0.1:1 as anna');
    expect(JSON.stringify(steps)).not.toContain('sesame');
  });
});

