import { describe, expect, it } from 'vitest';
import { errorReply, reply } from '../../fake/reply.js';
import { collect, never as signal, password, problemOf, useFakes } from './connect.js';

const fakes = useFakes();

describe('a registry', () => {
  it('lists its repositories', async () => {
    const { registry, fake } = await fakes.start();
    fake.putImage('b/c', '1');
    fake.putImage('a', '1');
    expect(await collect(registry.repositories({ signal }))).toEqual(['a', 'b/c']);
  });

  it.each([['401', 401, 'UNAUTHORIZED'], ['403', 403, 'DENIED'], ['404', 404, 'UNKNOWN'], ['405', 405, 'UNSUPPORTED']])('says that names have to be pinned where the list is refused with %s', async (_, status, code) => {
    const challenge = { 'www-authenticate': 'Bearer realm="/token"' };
    const { registry } = await fakes.start(
      { signIn: { scheme: 'bearer', username: 'ann', password: 's3cret' }, faults: [{ path: '_catalog', times: 9, reply: errorReply(status, code, 'no', challenge) }] },
      { credentials: password('ann', 's3cret') },
    );
    expect(await problemOf(collect(registry.repositories({ signal })))).toMatchObject({ code: 'not-supported', command: expect.stringContaining('--pin NAME') as string });
  });

  it('deletes a manifest by digest and a tag alone', async () => {
    const { registry, fake } = await fakes.start({ signIn: { scheme: 'bearer', username: 'ann', password: 's3cret' } }, { credentials: password('ann', 's3cret') });
    const { digest } = fake.putImage('team/app', '1.0');
    fake.storage.repository('team/app').tags.set('latest', digest);
    await registry.deleteManifest('team/app', 'latest', { signal });
    expect(await collect(registry.tags('team/app', { signal }))).toEqual(['1.0']);
    await registry.deleteManifest('team/app', digest, { signal });
    expect(await problemOf(registry.repository('team/app').resolve('1.0', { signal }))).toMatchObject({ code: 'manifest-unknown' });
    expect(await problemOf(registry.deleteManifest('team/app', digest, { signal }))).toMatchObject({ code: 'manifest-unknown' });
  });

  it('says when deleting is turned off', async () => {
    const { registry, fake } = await fakes.start({ deletes: false });
    const { digest } = fake.putImage('team/app', '1.0');
    expect(await problemOf(registry.deleteManifest('team/app', digest, { signal }))).toMatchObject({ code: 'not-supported' });
  });

  it('ends a request at once when it is cancelled', async () => {
    const { registry, fake } = await fakes.start({ faults: [{ path: '/tags/', silence: true }] });
    const cancel = new AbortController();
    const listing = collect(registry.tags('team/app', { signal: cancel.signal }));
    await expect.poll(() => fake.requests.length).toBe(2);
    cancel.abort(new Error('enough'));
    await expect(listing).rejects.toThrow('enough');
    await expect.poll(() => fake.sockets.size).toBe(0);
  });

  it('sends nothing for a signal that is aborted already', async () => {
    const { registry, fake } = await fakes.start();
    await expect(collect(registry.tags('team/app', { signal: AbortSignal.abort(new Error('enough')) }))).rejects.toThrow('enough');
    expect(fake.requests.filter(({ path }) => path.includes('/tags/'))).toHaveLength(0);
  });

  it('gives up metadata after the attempts of its policy', async () => {
    const { registry, fake } = await fakes.start({ faults: [{ path: '/tags/', times: 99, reply: reply(502) }] });
    expect(await problemOf(collect(registry.tags('team/app', { signal })))).toMatchObject({ code: 'registry-failed' });
    expect(fake.requests.filter(({ path }) => path.includes('/tags/'))).toHaveLength(3);
  });
});
