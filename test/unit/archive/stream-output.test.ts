import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { bodyOf, imageOf, inPieces, planOf, signal } from './sample.js';
import { bytesOf, sinkTo, useTarget, write } from './writing.js';

const image = imageOf(['base', 'application']);
const place = useTarget();

describe('a stream', () => {
  const plan = planOf([image, 'app:1']);

  test('gets the same bytes as a file', async () => {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await write(sinkTo(stream), plan, image);
    await write(sinkTo(place.file), plan, image);
    expect(Buffer.concat(chunks).equals(await readFile(place.file))).toBe(true);
  });

  test('is written no faster than it is read', async () => {
    let largest = 0;
    const slow = new Writable({
      highWaterMark: 1024,
      write(_, __, done) {
        largest = Math.max(largest, slow.writableLength);
        setImmediate(done);
      },
    });
    await write(sinkTo(slow), planOf([imageOf(['x'.repeat(1_000_000)]), 'app:1']), imageOf(['x'.repeat(1_000_000)]));
    expect(largest).toBeLessThan(1024 + 4096);
  });

  test('whose reader went away ends in a problem', async () => {
    const bytes = Buffer.alloc(4_000_000, 1);
    const layer = { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes), size: bytes.length };
    const reader = spawn('head', ['-c', '1000'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const sink = sinkTo(reader.stdin);
    // The head of the archive alone is more than the reader wants: either step may be the one that fails.
    const writing = async (): Promise<unknown> => {
      await sink.begin?.({ ...plan, blobs: [layer] }, { signal });
      return sink.push(layer, bodyOf(bytes), { signal });
    };
    await expect(writing()).rejects.toMatchObject({ code: 'output-closed' });
    await sink.end?.(false);
    if (reader.exitCode === null) await once(reader, 'exit');
  });

  test('that is a file on a full disk ends in a problem that says so', async () => {
    const disk = new Writable({ write: (_, __, done) => done(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'write' })) });
    await expect(write(sinkTo(disk), plan, image)).rejects.toMatchObject({ code: 'disk-full', message: expect.stringContaining('standard output') as string });
  });

  test('whose reader stands still can be cancelled', async () => {
    const bytes = Buffer.alloc(100_000, 1);
    const layer = { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes), size: bytes.length };
    const cancel = new AbortController();
    const still = new Writable({
      highWaterMark: 50_000,
      write: (chunk: Buffer, _, done) => {
        if (chunk.length < 50_000) done();
        else setImmediate(() => cancel.abort(new Error('cancelled here')));
      },
    });
    const sink = sinkTo(still);
    await sink.begin?.({ ...plan, blobs: [layer] }, { signal });
    await expect(sink.push(layer, () => Promise.resolve(inPieces(bytes, 60_000)), { signal: cancel.signal })).rejects.toThrow('cancelled here');
    await sink.end?.(false);
  });

  test('cannot take back a blob that failed, and fails the same way from then on', async () => {
    const stream = new PassThrough();
    stream.resume();
    const sink = sinkTo(stream);
    await sink.begin?.(plan, { signal });
    const [blob] = plan.blobs;
    if (!blob) throw new Error('the sample has no blobs');
    await expect(sink.push(blob, bodyOf(Buffer.alloc(blob.size)), { signal })).rejects.toMatchObject({ code: 'digest-mismatch' });
    await expect(sink.push(blob, bodyOf(bytesOf([image], blob.digest)), { signal })).rejects.toMatchObject({ code: 'digest-mismatch' });
    await sink.end?.(false);
  });
});
