import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Span } from '../../../main/disk/written-parts.js';
import type { Wire } from '../../../main/registry/wire/wire.js';
import { errorReply, reply, type Fault } from '../../fake/reply.js';
import { blobOf, never, problemOf, useFakes } from './connect.js';
import { openWire } from './open-wire.js';

const fakes = useFakes();
const large = randomBytes(40 * 1024 * 1024);
const largeBlob = blobOf(large);
let wire: Wire;
let path: string;

beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.close());

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-download-'));
  path = join(folder, 'partial');
  await writeFile(path, '');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const inOrder = (spans: readonly Span[]): Span[] => [...spans].sort((a, b) => a.from - b.from);
const isWhole = async (): Promise<boolean> => (await readFile(path)).equals(large);

describe('a large blob', () => {
  async function startLarge(faults: Fault[]) {
    const { registry, fake } = await fakes.start({ faults: faults.map((fault) => ({ method: 'GET', path: '/blobs/', ...fault })) }, { timeouts: { stall: 300 } }, wire);
    fake.putBlob('team/app', large);
    const store = registry.repository('team/app');
    const noted: Span[] = [];
    const landLarge = async (written: readonly Span[], signal = never): Promise<{ digest: string | undefined; moved: number }> => {
      let moved = 0;
      const landing = { path, start: 0, written, note: (span: Span) => Promise.resolve(void noted.push(span)) };
      return { digest: await store.land(largeBlob, landing, { signal, job: {}, onBytes: (count) => (moved += count) }), moved };
    };
    return { fake, noted, landLarge, asked: () => fake.requests.filter((request) => request.path.includes('/blobs/')) };
  }

  it('is divided among the connections that are spare, each byte once', async () => {
    const { landLarge, noted, asked } = await startLarge([{ change: () => ({ stallAfter: 1_000_000 }) }]);
    expect(await landLarge([])).toEqual({ digest: largeBlob.digest, moved: large.length });
    expect(await isWhole()).toBe(true);
    expect(asked().length).toBeGreaterThan(3);
    const spans = inOrder(noted);
    expect(spans[0]?.from).toBe(0);
    expect(spans.every(({ to }, at) => at === spans.length - 1 ? to === large.length : to >= spans[at + 1]!.from)).toBe(true);
  });

  it('goes on from the parts that were whole when it was broken off', async () => {
    const { landLarge, noted, fake } = await startLarge([{ change: () => ({ stallAfter: 1_000_000 }), times: 2 }]);
    const stop = new AbortController();
    const broken = landLarge([], stop.signal);
    while (noted.length < 2) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    await expect(broken).rejects.toThrow('enough');
    fake.faults.length = 0;
    const held = inOrder(noted).reduce((sum, { from, to }, at, all) => sum + to - Math.max(from, at > 0 ? all[at - 1]!.to : 0), 0);
    expect(held).toBeGreaterThan(0);
    expect(await landLarge([...noted])).toEqual({ digest: largeBlob.digest, moved: large.length - held });
    expect(await isWhole()).toBe(true);
  });

  it('comes over one connection from a registry that knows no parts', async () => {
    const { landLarge, asked, noted } = await startLarge([{ change: () => reply(200, {}, large), times: 99 }]);
    expect(await landLarge([])).toEqual({ digest: largeBlob.digest, moved: large.length });
    expect(asked()).toHaveLength(1);
    expect(noted).toEqual([]);
  });

  it('fails as a whole when one of its parts is refused', async () => {
    const { landLarge } = await startLarge([{ change: () => ({ stallAfter: 1_000_000 }) }, { reply: errorReply(404, 'BLOB_UNKNOWN'), times: 99 }]);
    expect(await problemOf(landLarge([]))).toMatchObject({ code: 'blob-unknown' });
  });
});
