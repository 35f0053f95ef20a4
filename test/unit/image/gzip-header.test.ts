import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { withoutSystem } from '../../../main/image/gzip-header.js';

test.each([1, 3, 9, 10, 11, 100])('gzip data in pieces of %i bytes names no system, and is else the same', async (length) => {
  const made = gzipSync('content');
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < made.length; at += length) yield Buffer.from(made.subarray(at, at + length));
  };
  const found: Buffer[] = [];
  for await (const piece of withoutSystem(pieces())) found.push(piece);
  const whole = Buffer.concat(found);
  expect([...whole.entries()].filter(([at, byte]) => byte !== made[at])).toEqual([[9, 255]]);
  expect(gunzipSync(whole).toString()).toBe('content');
});
