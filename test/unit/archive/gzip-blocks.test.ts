import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gzipInBlocks } from '../../../main/archive/gzip-blocks.js';
import { inPieces } from './sample.js';

async function compressed(bytes: Uint8Array, piece = 100_000): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of gzipInBlocks(inPieces(bytes, piece), 2)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const mebibyte = 1024 * 1024;
/** Text that repeats across the ends of blocks. */
const text = (length: number): Buffer => Buffer.from(Array.from({ length: Math.ceil(length / 64) }, (_, at) => createHash('sha256').update(String(at % 3000)).digest('hex')).join('')).subarray(0, length);

describe('gzip in blocks', () => {
  test.each([0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte, 5 * mebibyte + 12_345])('of %i bytes is what went in', async (size) => {
    const bytes = text(size);
    expect(gunzipSync(await compressed(bytes)).equals(bytes)).toBe(true);
  });

  test('of anything is what went in', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.nat(3 * mebibyte), fc.integer({ min: 1, max: 2 * mebibyte }), async (bytes, more, piece) => {
      const whole = Buffer.concat([bytes, text(more), bytes]);
      expect(gunzipSync(await compressed(whole, piece)).equals(whole)).toBe(true);
    }), { numRuns: 15 });
  });

  test('is the same bytes however the source is cut, and names no system', async () => {
    const bytes = text(4 * mebibyte + 77);
    const once = await compressed(bytes, mebibyte);
    expect((await compressed(bytes, 999)).equals(once)).toBe(true);
    expect((await compressed(bytes, 10 * mebibyte)).equals(once)).toBe(true);
    expect(once[9]).toBe(0xff);
  });

  test('is one member, so that its end says its size', async () => {
    const packed = await compressed(text(3 * mebibyte + 5));
    expect(packed.readUInt32LE(packed.length - 4)).toBe(3 * mebibyte + 5);
  });

  test('looks back beyond the start of a block', async () => {
    // What repeats every 20,000 random bytes is small only for who sees the block before.
    const once = randomBytes(20_000);
    const bytes = Buffer.concat(Array.from({ length: 210 }, () => once));
    expect((await compressed(bytes)).length).toBeLessThan(gzipSync(bytes, { level: 2 }).length + 5_000);
  });

  test('fails as its source does', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield text(3 * mebibyte);
      throw new Error('the source broke');
    };
    const reading = async (): Promise<void> => {
      for await (const _ of gzipInBlocks(broken(), 2));
    };
    await expect(reading()).rejects.toThrow('the source broke');
  });
});
