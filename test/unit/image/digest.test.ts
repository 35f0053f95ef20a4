import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BlobVerifier, digestOf, readVerified } from '../../../main/image/digest.js';
import type { Descriptor } from '../../../shared/descriptor.js';

const bytes = Buffer.from('what was published');
const descriptor: Descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };

async function* pieces(content: Uint8Array, length = 5): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

const read = async (content: Uint8Array, wanted = descriptor): Promise<Uint8Array> => readVerified(pieces(content), wanted, 'registry.example.com');

describe('digestOf', () => {
  it('hashes bytes and text, by sha256 unless told otherwise', () => {
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digestOf(bytes)).toBe(digestOf('what was published'));
    expect(digestOf(bytes, 'sha512')).toBe(`sha512:${createHash('sha512').update(bytes).digest('hex')}`);
  });
});

describe('a verified read', () => {
  it('gives the bytes that the descriptor names', async () => {
    expect(await read(bytes)).toEqual(bytes);
    expect(await read(bytes, { ...descriptor, digest: digestOf(bytes, 'sha512') })).toEqual(bytes);
    expect(await read(Buffer.alloc(0), { ...descriptor, digest: digestOf(''), size: 0 })).toHaveLength(0);
  });

  it('refuses other bytes of the same length and names the source', async () => {
    const damaged = Buffer.from(bytes);
    damaged[3] = 0;
    await expect(read(damaged)).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('registry.example.com') as string });
  });

  it('refuses fewer bytes', async () => {
    await expect(read(bytes.subarray(0, -1))).rejects.toMatchObject({ code: 'size-mismatch' });
  });

  it('refuses more bytes as soon as they come, so that an endless body fills nothing', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; ; sent += 1) yield bytes;
    }
    await expect(readVerified(endless(), descriptor, 'registry.example.com')).rejects.toMatchObject({ code: 'size-mismatch' });
    expect(sent).toBe(1);
  });
});

it('a verifier knows how far it is', () => {
  const verifier = new BlobVerifier(descriptor, 'here');
  verifier.update(bytes.subarray(0, 7));
  expect(verifier.seen).toBe(7);
});
