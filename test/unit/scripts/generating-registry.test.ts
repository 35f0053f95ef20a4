import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Descriptor } from '../../../shared/descriptor.js';
import { digestOf } from '../../../main/image/digest.js';
import { startGeneratingRegistry, type GeneratingRegistry } from '../../../scripts/local/generating-registry.js';

const sizes = [3_000_001, 10, 70];

describe('a registry that makes what it serves', () => {
  const log: string[] = [];
  let registry: GeneratingRegistry;
  let layers: readonly Descriptor[];
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://${registry.host}/v2/${path}`, init);
  const bytesOf = async (answer: Promise<Response>): Promise<Buffer> => Buffer.from(await (await answer).arrayBuffer());

  beforeAll(async () => {
    registry = await startGeneratingRegistry([{ repository: 'team/app', tags: 25, layers: sizes }], (line) => log.push(line));
    layers = ((await (await ask('team/app/manifests/0')).json()) as { layers: Descriptor[] }).layers;
  });
  afterAll(() => registry.close());

  test('has layers of the sizes that were asked for, under their real digests', async () => {
    expect(layers.map(({ size }) => size)).toEqual(sizes);
    for (const { digest } of layers) expect(digestOf(await bytesOf(ask(`team/app/blobs/${digest}`)))).toBe(digest);
  });

  test('has the same bytes in a range as in the whole', async () => {
    const { digest } = layers[0]!;
    const whole = await bytesOf(ask(`team/app/blobs/${digest}`));
    const answer = await ask(`team/app/blobs/${digest}`, { headers: { range: 'bytes=60-2999999' } });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, 'bytes 60-2999999/3000001']);
    expect((await bytesOf(Promise.resolve(answer))).equals(whole.subarray(60, 3_000_000))).toBe(true);
  });

  test('tells the size of a blob without sending it', async () => {
    const answer = await ask(`team/app/blobs/${layers[1]!.digest}`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '10']);
  });

  test('has an image of its own for each tag, and lists them by pages', async () => {
    const [first, second] = await Promise.all(['0', '1'].map(async (tag) => (await ask(`team/app/manifests/${tag}`)).headers.get('docker-content-digest')));
    expect(first).not.toBe(second);
    const page = await ask('team/app/tags/list?n=10&last=9');
    expect([((await page.json()) as { tags: string[] }).tags.at(0), page.headers.get('link')]).toEqual(['10', '</v2/team/app/tags/list?n=10&last=19>; rel="next"']);
    const last = await ask('team/app/tags/list?n=10&last=19');
    expect([((await last.json()) as { tags: string[] }).tags, last.headers.get('link')]).toEqual([['20', '21', '22', '23', '24'], null]);
  });

  test('takes a blob that is what its digest says, and refuses one that is not', async () => {
    const send = async (digest: string): Promise<number> => {
      const session = (await ask('other/blobs/uploads/', { method: 'POST' })).headers.get('location')!;
      await fetch(`http://${registry.host}${session}`, { method: 'PATCH', body: 'some ' });
      return (await fetch(`http://${registry.host}${session}?digest=${digest}`, { method: 'PUT', body: 'bytes' })).status;
    };
    const has = async (digest: string): Promise<number> => (await ask(`other/blobs/${digest}`, { method: 'HEAD' })).status;
    const [right, wrong] = [digestOf('some bytes'), digestOf('other bytes')];
    expect([await send(right), await has(right)]).toEqual([201, 200]);
    expect([await send(wrong), await has(wrong)]).toEqual([400, 404]);
  });

  test('gives back a manifest that it was sent, and does not know others', async () => {
    expect((await ask('other/manifests/1', { method: 'PUT', body: '{}' })).status).toBe(201);
    expect((await ask('other/manifests/1')).status).toBe(200);
    expect((await ask(`other/manifests/${digestOf('{}')}`)).status).toBe(200);
    expect((await ask('other/manifests/2')).status).toBe(404);
  });

  test('writes each request down', async () => {
    await bytesOf(ask('team/app/manifests/24'));
    await expect.poll(() => log.at(-1)).toMatch(/"GET \/v2\/team\/app\/manifests\/24 HTTP\/1\.1" 200 \d+ "" ""$/);
  });
});
