import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { reply, type Fault, type Reply } from '../../fake/reply.js';
import { startFakeRegistry } from '../../fake/registry.js';
import { problemOf } from '../registry/connect.js';
import { usePulls, type Pull } from './pull.js';

const { pull, defer } = usePulls();
const layer = randomBytes(200_000);
const { length } = layer;
const half = length / 2;
const wrong = Buffer.alloc(length, 7);

const withLayer = (...layerFaults: Fault[]): Promise<Pull> => pull({ layers: [layer], layerFaults });
const cutAt = (cutAfter: number, more: Partial<Fault> = {}): Fault => ({ ...more, change: () => ({ cutAfter }) });
const changed = (change: (answer: Reply) => Partial<Reply>): Fault => ({ change });
/** What a range request may say: closed, to the last byte, from where the first answer broke at the furthest. */
function rangeStart(header: string | undefined): number {
  const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(header ?? '') ?? [];
  expect(Number(last)).toBe(length - 1);
  return Number(from);
}

describe('a layer whose connection is cut', () => {
  it.each([['before its first byte', 0], ['after its first byte', 1], ['in its middle', half], ['before its last byte', length - 1]])('%s arrives whole, by a closed range from where it stopped', async (_, at) => {
    const { run, kept, asked } = await withLayer(cutAt(at));
    await run();
    expect((await kept())?.equals(layer)).toBe(true);
    const [first, second, ...more] = asked();
    expect(first?.headers['range']).toBeUndefined();
    // What was sent last may not have been read when the connection broke.
    if (second?.headers['range'] !== undefined) expect(rangeStart(second.headers['range'])).toBeLessThanOrEqual(at);
    expect([second !== undefined, more]).toEqual([true, []]);
  });

  it('at every try without progress is given up after the attempts of the policy, and the problem names host and offset', async () => {
    const { run, asked, partial, fake, shown, image } = await withLayer(cutAt(half), cutAt(0, { times: 99 }));
    const problem = await problemOf(run());
    const waiting = await partial();
    expect(problem).toMatchObject({ code: 'connection-lost', message: expect.stringContaining(fake.host) as string });
    expect(problem.detail).toContain(`after ${waiting?.length} bytes`);
    expect(waiting?.equals(layer.subarray(0, waiting.length))).toBe(true);
    expect(asked()).toHaveLength(3);
    expect(await shown()).not.toContain(image.layers[0]?.digest);
  });
});

describe('an answer to a range', () => {
  it('that is 200 with the whole is read from where the range begins', async () => {
    const { run, kept, asked } = await withLayer(cutAt(half), changed(() => reply(200, {}, layer)));
    await run();
    expect((await kept())?.equals(layer)).toBe(true);
    expect(asked()).toHaveLength(2);
  });

  const range = (from: number, last: number | string, size: number | string) => `bytes ${from}-${last}/${size}`;
  it.each<[string, (from: number) => string | string[] | undefined]>([
    ['another start', (from) => range(from + 1, length - 1, length)],
    ['no Content-Range', () => undefined],
    ['two Content-Ranges', (from) => [range(from, length - 1, length), range(from, length - 1, length)]],
    ['another total', (from) => range(from, length - 1, length + 1)],
  ])('that is 206 with %s is refused, and nothing of it is spliced in', async (_, header) => {
    const { run, partial, shown, image } = await withLayer(cutAt(half), {
      change: ({ headers: { 'content-range': __, ...headers } }, request) => {
        const told = header(rangeStart(request.headers['range']));
        return { headers: { ...headers, ...(told !== undefined && { 'content-range': told }) }, body: wrong.subarray(rangeStart(request.headers['range'])) };
      },
    });
    expect(await problemOf(run())).toMatchObject({ code: 'answer-invalid' });
    const waiting = await partial();
    expect(waiting?.equals(layer.subarray(0, waiting.length))).toBe(true);
    expect(await shown()).not.toContain(image.layers[0]?.digest);
  });
});

describe('a length of an answer', () => {
  it.each([['too small', layer.subarray(1)], ['too large', Buffer.concat([layer, layer])]])('that is announced %s is refused before anything is kept', async (_, body) => {
    const { run, partial, shown, image } = await withLayer(changed(() => ({ body })));
    expect(await problemOf(run())).toMatchObject({ code: 'size-mismatch' });
    expect((await partial())?.length ?? 0).toBe(0);
    expect(await shown()).not.toContain(image.layers[0]?.digest);
  });

  it.each<[string, Partial<Reply>]>([['is absent', { unframed: true }], ['is told in chunks', { chunked: true }]])('that %s is told by the digest: the whole is taken, and what is short is gone on with', async (_, how) => {
    const { run, kept, asked } = await withLayer(changed(() => ({ ...how, body: layer.subarray(0, half) })), changed(() => how));
    await run();
    expect((await kept())?.equals(layer)).toBe(true);
    expect(asked().map(({ headers }) => headers['range'])).toEqual([undefined, `bytes=${half}-${length - 1}`]);
  });

  it('that is passed by the bytes ends it at the first byte too many', async () => {
    const endless = Buffer.concat([layer, Buffer.alloc(50 * 1024 * 1024)]);
    const { run, fake, partial, shown, image } = await withLayer(changed(() => ({ body: endless, chunked: true })));
    expect(await problemOf(run())).toMatchObject({ code: 'size-mismatch' });
    expect((await partial())?.length ?? 0).toBeLessThanOrEqual(length);
    expect(await shown()).not.toContain(image.layers[0]?.digest);
    await expect.poll(() => fake.answering).toEqual([]);
  });
});

describe('a layer with other bytes than its digest says', () => {
  it('is read once more, then refused, and nothing of it is in the library', async () => {
    const { run, asked, shown, partial, image } = await withLayer({ times: 99, change: () => ({ body: wrong }) });
    expect(await problemOf(run())).toMatchObject({ code: 'digest-mismatch' });
    expect(asked()).toHaveLength(2);
    expect(await shown()).not.toContain(image.layers[0]?.digest);
    expect(await partial()).toBeUndefined();
  });

  it('in the part that was resumed alone is read anew from its first byte', async () => {
    const { run, kept, asked } = await withLayer(cutAt(half), changed(({ body }) => ({ body: Buffer.alloc(body.length) })));
    await run();
    expect((await kept())?.equals(layer)).toBe(true);
    expect(asked().map(({ headers }) => headers['range'] === undefined)).toEqual([true, false, true]);
  });

  it('because storage answered with a page of the right length shows how the page begins', async () => {
    const page = Buffer.from('<html><h1>Your session has ended</h1>'.padEnd(length, ' '));
    const storage = await startFakeRegistry({ quirk: () => reply(200, { 'content-type': 'text/html' }, page) });
    defer(() => storage.close());
    const { run, shown, image } = await withLayer({ times: 9, reply: reply(307, { location: `${storage.origin}/signed` }) });
    const problem = await problemOf(run());
    expect(problem).toMatchObject({ code: 'digest-mismatch', detail: expect.stringContaining('<h1>Your session has ended</h1>') as string });
    expect(problem.detail?.length).toBeLessThan(300);
    expect(await shown()).not.toContain(image.layers[0]?.digest);
  });
});

describe('a layer that is stored compressed', () => {
  it.each(['gzip', 'x-gzip'])('is kept as it is stored when it is said to be encoded as %s', async (encoding) => {
    const compressed = gzipSync(layer);
    const { run, kept } = await pull({ layers: [compressed], layerFaults: [changed(({ headers }) => ({ headers: { ...headers, 'content-encoding': encoding } }))] });
    await run();
    expect((await kept())?.equals(compressed)).toBe(true);
  });
});
