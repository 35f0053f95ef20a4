import { describe, expect, it } from 'vitest';
import { retryAfter } from '../../../main/registry/answers.js';
import type { ProblemCode } from '../../../shared/errors.js';
import { errorReply, reply, type Reply } from '../../fake/reply.js';
import { collect, never as signal, password, problemOf, useFakes } from './connect.js';

const fakes = useFakes();
const html = { 'content-type': 'text/html; charset=utf-8' };
const once = { retry: { attempts: 1, firstWait: 1, longestWait: 1 } };

describe('what a refusal means', () => {
  it.each<[string, Reply, ProblemCode, boolean]>([
    ['401', errorReply(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': 'Basic realm="x"' }), 'credentials-required', false],
    ['403 DENIED', errorReply(403, 'DENIED', 'requested access to the resource is denied'), 'permission-denied', false],
    ['404 NAME_UNKNOWN', errorReply(404, 'NAME_UNKNOWN'), 'repository-unknown', false],
    ['404 MANIFEST_UNKNOWN', errorReply(404, 'MANIFEST_UNKNOWN'), 'manifest-unknown', false],
    ['404 without a word', reply(404), 'manifest-unknown', false],
    ['404 with a web page', reply(404, html, '<h1>Nothing here</h1>'), 'not-a-registry', false],
    ['200 with a web page', reply(200, html, '<h1>Sign in to the WiFi</h1>'), 'not-a-registry', false],
    ['405', errorReply(405, 'UNSUPPORTED'), 'not-supported', false],
    ['412 of an immutable tag', errorReply(412, 'PRECONDITION', "Failed to process request due to 'app:1.0' configured as immutable."), 'tag-immutable', false],
    ['400 of an immutable tag at ECR', errorReply(400, 'IMAGETAGALREADYEXISTS', 'The image tag already exists and is immutable'), 'tag-immutable', false],
    ['403 of a used-up quota', errorReply(403, 'DENIED', 'adding 3.2 MiB of storage resource, which when updated to 12 MiB will exceed the configured upper limit of the quota'), 'quota-exceeded', false],
    ["412 of an image that Harbor's policy holds back", errorReply(412, 'PROJECTPOLICYVIOLATION', 'current image with 42 vulnerabilities cannot be pulled due to configured policy'), 'policy-refused', false],
    ['403 of a Harbor in read-only mode', errorReply(403, 'DENIED', 'The system is in read only mode. Any modification is prohibited.'), 'policy-refused', false],
    ['416 for what is read', reply(416, {}, 'invalid range: failed to overlap'), 'registry-refused', false],
    ['a digest that is read and not understood', errorReply(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content'), 'registry-refused', false],
    ['413 from a proxy', reply(413, html, '<html>413 Request Entity Too Large</html>'), 'upload-too-large', false],
    ['429', errorReply(429, 'TOOMANYREQUESTS'), 'rate-limited', true],
    ['500', reply(500), 'registry-failed', true],
    ['503 from a proxy', reply(503, html, '<html>no backend</html>'), 'registry-failed', true],
    ['501', reply(501), 'not-supported', false],
    ['400 in words of its own', errorReply(400, 'STRANGE', 'not today'), 'registry-refused', false],
    ['a redirect without a place', reply(307), 'registry-refused', false],
  ])('%s', async (_, answer, code, retryable) => {
    const { registry } = await fakes.start({ faults: [{ path: '/manifests/', times: 9, reply: answer }] }, once);
    const problem = await problemOf(registry.repository('team/app').resolve('1.0', { signal }));
    expect(problem).toMatchObject({ code, retryable });
    expect(problem.message).toContain('team/app:1.0');
  });

  it('keeps the words and the request id of the server, cleaned of escapes', async () => {
    const answer = errorReply(400, 'STRANGE', 'red \u001b[31malert\u001b[0m\nnext line', { 'x-request-id': 'req-42' });
    const { registry } = await fakes.start({ faults: [{ path: '/manifests/', reply: answer }] });
    const { detail } = await problemOf(registry.repository('team/app').resolve('1.0', { signal }));
    expect(detail).toContain('HTTP 400');
    expect(detail).toContain('request id: req-42');
    expect(detail).toContain('STRANGE: red \\u001b[31malert');
    expect(detail).not.toContain('\u001b');
  });

  it('reads no more of an error than it needs', async () => {
    const { registry } = await fakes.start({ faults: [{ path: '/manifests/', reply: reply(400, {}, 'x'.repeat(1_000_000)) }] });
    const { detail } = await problemOf(registry.repository('team/app').resolve('1.0', { signal }));
    expect(detail?.length).toBeLessThan(200);
  });

  it('never repeats a secret that the server repeats', async () => {
    const secret = 'correct horse';
    const { registry, fake } = await fakes.start({ signIn: { scheme: 'bearer', username: 'ann', password: secret } }, { ...once, credentials: password('ann', secret) });
    let token = '';
    fake.faults.push({
      path: '/manifests/',
      change: (_, { headers }) => {
        token = headers['authorization']?.slice('Bearer '.length) ?? '';
        return errorReply(400, 'STRANGE', `you sent ${token} and ${secret} and ${Buffer.from(`ann:${secret}`).toString('base64')} and Bearer abcDEF123456 to https://u:pw@x.example/?X-Amz-Signature=abc&sig=def`);
      },
    });
    const text = JSON.stringify(await problemOf(registry.repository('team/app').resolve('1.0', { signal })));
    expect(text).toContain('you sent [secret] and [secret] and [secret] and Bearer [secret] to https://[secret]@x.example/?X-Amz-Signature=[secret]&sig=[secret]');
    expect(token).not.toBe('');
  });

  it('tells a rejected password from a missing one and from a missing right', async () => {
    const signIn = { scheme: 'basic', username: 'ann', password: 's3cret' } as const;
    const { registry: anonymous } = await fakes.start({ signIn });
    expect(await problemOf(anonymous.ping({ signal }))).toMatchObject({ code: 'credentials-required' });
    const { registry: wrong } = await fakes.start({ signIn }, { credentials: password('ann', 'wr0ng') });
    const problem = await problemOf(wrong.ping({ signal }));
    expect(problem).toMatchObject({ code: 'credentials-rejected', command: expect.stringContaining('longshore login 127.0.0.1') as string });
    const { registry: powerless } = await fakes.start({ signIn: { ...signIn, scheme: 'bearer' }, quirk: ({ path }) => (path.startsWith('/v2/team') ? errorReply(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': 'Bearer realm="/token"' }) : undefined) }, { credentials: password('ann', 's3cret') });
    expect(await problemOf(collect(powerless.tags('team/app', { signal })))).toMatchObject({ code: 'permission-denied' });
  });
});

describe('Retry-After', () => {
  it('is read as seconds or as a date', () => {
    expect(retryAfter('120')).toBe(120);
    expect(retryAfter('Wed, 21 Oct 2026 07:28:10 GMT', Date.parse('2026-10-21T07:28:00Z'))).toBe(10);
    expect(retryAfter('Wed, 21 Oct 2020 07:28:10 GMT', Date.parse('2026-10-21T07:28:00Z'))).toBe(0);
    expect(retryAfter('soon')).toBeUndefined();
    expect(retryAfter(undefined)).toBeUndefined();
  });

  it('stands in the problem, and metadata is asked for again after it', async () => {
    const { registry, fake } = await fakes.start({ faults: [{ path: '/manifests/', times: 2, reply: errorReply(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '0' }) }] });
    const image = fake.putImage('team/app', '1.0');
    expect((await registry.repository('team/app').resolve('1.0', { signal })).descriptor.digest).toBe(image.digest);
    fake.faults.push({ path: '/manifests/', times: 9, reply: errorReply(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '0' }) });
    expect(await problemOf(registry.repository('team/app').resolve('1.0', { signal }))).toMatchObject({ code: 'rate-limited', retryAfter: 0 });
    expect(fake.requests.filter(({ path }) => path.includes('/manifests/'))).toHaveLength(6);
  });
});
