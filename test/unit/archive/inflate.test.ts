import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflate } from '../../../main/archive/inflate.js';
import { inPieces } from './sample.js';

const content = Buffer.from('a layer '.repeat(100_000));
const packed = gzipSync(content);

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const isWhole = async (source: AsyncIterable<Uint8Array>, expected = content): Promise<boolean> => (await bytesOf(source)).equals(expected);

test.each([1, 7, 100_000])('data in pieces of %i bytes comes out whole, of one member and of several', async (length) => {
  expect(await isWhole(inflate(inPieces(packed, length)))).toBe(true);
  expect(await isWhole(inflate(inPieces(Buffer.concat([packed, packed]), length)), Buffer.concat([content, content]))).toBe(true);
});

// Node's pipeline ended such data now well and now with an AbortError.
test('zeros behind the data, as a tape has them, are read to the end and left out, every time', async () => {
  const whole = Buffer.concat([packed, Buffer.alloc(1_000_000)]);
  for (let times = 0; times < 30; times += 1) {
    let read = 0;
    const counted = async function* () {
      for await (const chunk of inPieces(whole, 5000)) {
        read += chunk.length;
        yield chunk;
      }
    };
    expect(await isWhole(inflate(counted()))).toBe(true);
    expect(read).toBe(whole.length);
  }
});

test('other data behind the data are an error, every time', async () => {
  const whole = Buffer.concat([packed, Buffer.from('x'.repeat(100_000))]);
  for (let times = 0; times < 30; times += 1) await expect(bytesOf(inflate(inPieces(whole, 5000)))).rejects.toMatchObject({ code: 'Z_DATA_ERROR' });
});

test('data that ends early, is damaged, or whose source breaks is an error', async () => {
  await expect(bytesOf(inflate(inPieces(packed.subarray(0, -20))))).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
  await expect(bytesOf(inflate(inPieces(Buffer.from(packed).fill(0, 200, 300))))).rejects.toMatchObject({ code: expect.stringMatching(/^Z_/) as string });
  const broken = async function* () {
    yield packed.subarray(0, 100);
    throw new Error('the line broke');
  };
  await expect(bytesOf(inflate(broken()))).rejects.toThrow('the line broke');
});

test('a source that breaks behind the data is an error, too', async () => {
  const broken = async function* () {
    yield packed;
    yield Buffer.alloc(100_000);
    throw new Error('the line broke');
  };
  await expect(bytesOf(inflate(broken()))).rejects.toThrow('the line broke');
});

test('who stops reading has the source closed', async () => {
  let closed = false;
  const source = async function* () {
    try {
      yield* inPieces(packed, 100);
    } finally {
      closed = true;
    }
  };
  for await (const _ of inflate(source())) break;
  await expect.poll(() => closed).toBe(true);
});
