import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UploadSource } from '../../../main/registry/upload-source.js';
import { blobOf, bodyOf, bytesOf, problemOf } from './connect.js';

const content = randomBytes(1000);
const of = (bytes: Uint8Array, piece = 100, onBytes?: (count: number) => void): UploadSource => new UploadSource(blobOf(content), bodyOf(bytes, piece), { ...(onBytes && { onBytes }) });

describe('the body of an upload', () => {
  it('gives every part, however it is cut and read again', async () => {
    const part = fc.tuple(fc.nat(999), fc.nat(999));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.array(part, { maxLength: 4 }), async (piece, parts) => {
        const source = of(content, piece);
        let reached = 0;
        for (const [a, b] of parts) {
          const from = Math.min(a, reached);
          const to = Math.max(from, b);
          expect(await bytesOf(source.part(from, to))).toEqual(content.subarray(from, to));
          reached = Math.max(reached, to);
        }
        expect(await bytesOf(source.part(reached, 1000))).toEqual(content.subarray(reached));
        await source.close();
      }),
    );
  });

  it('holds the last piece back until the digest is proven', async () => {
    const damaged = Buffer.from(content);
    damaged[0] = (damaged[0] ?? 0) ^ 1;
    const source = of(damaged);
    let given = 0;
    const read = async (): Promise<void> => {
      for await (const piece of source.part(0, 1000)) given += piece.length;
    };
    expect(await problemOf(read())).toMatchObject({ code: 'digest-mismatch' });
    expect(given).toBe(900);
    expect(source.failure).toBeDefined();
  });

  it('tells a source that is shorter the second time', async () => {
    let times = 0;
    const source = new UploadSource(blobOf(content), (offset) => bodyOf(times++ === 0 ? content : content.subarray(0, 500))(offset));
    await bytesOf(source.part(0, 1000));
    expect(await problemOf(bytesOf(source.part(0, 1000)))).toMatchObject({ code: 'size-mismatch' });
  });

  it('counts to the size, back and forth', async () => {
    const counts: number[] = [];
    const source = of(content, 500, (count) => counts.push(count));
    await bytesOf(source.part(0, 1000));
    await bytesOf(source.part(500, 1000));
    source.moved(1000);
    expect(counts).toEqual([500, 500, -500, 500]);
  });

  it('closes what it reads from', async () => {
    let closed = 0;
    const body = async () =>
      (async function* () {
        try {
          yield content;
        } finally {
          closed += 1;
        }
      })();
    const source = new UploadSource(blobOf(content), body);
    await bytesOf(source.part(0, 10));
    await source.close();
    expect(closed).toBe(1);
  });
});
