import { execFileSync } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileSink } from '../../../main/archive/file-sink.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { bundleChild } from '../run-child.js';
import { bodyOf, imageOf, inPieces, planOf, signal } from './sample.js';
import { bytesOf, sinkTo, surroundings, useTarget, write } from './writing.js';

const place = useTarget();
const checkSum = (): string => execFileSync('sha256sum', ['-c', 'app.tar.sha256'], { cwd: place.folder, encoding: 'utf8' });

describe('a file whose blobs come side by side', () => {
  test('is the same as what a stream gets one after another', async () => {
    const contents = fc.uniqueArray(fc.string({ maxLength: 3000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(fc.asyncProperty(contents, fc.constantFrom('universal', 'docker', 'oci'), fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), async (layers, format, order) => {
      const image = imageOf(layers);
      const plan = planOf([image, 'app:1']);
      const stream = new PassThrough({ highWaterMark: 10_000_000 });
      await write(sinkTo(stream, format), plan, image);
      stream.end();
      const sink = sinkTo(place.file, format, { replace: true });
      await sink.begin?.(plan, { signal });
      const shuffled = plan.blobs.map((blob, at) => ({ blob, key: order[at] ?? 0 })).toSorted((a, b) => a.key - b.key);
      await Promise.all(shuffled.map(({ blob, key }) => sink.push(blob, (offset) => Promise.resolve(inPieces(bytesOf([image], blob.digest).subarray(offset), 1 + (key % 700))), { signal })));
      await sink.end?.(true);
      expect((await readFile(place.file)).equals(await buffer(stream))).toBe(true);
      expect(checkSum()).toBe('app.tar: OK\n');
    }), { numRuns: 25 });
  });

  test('tells where a blob will lie, and takes it when it was written there by another', async () => {
    const image = imageOf(['base', 'application']);
    const plan = planOf([image, 'app:1']);
    const [config, layer] = plan.blobs;
    const sink = sinkTo(place.file) as FileSink;
    expect(sink.place(layer!)).toBeUndefined();
    await sink.begin(plan, { signal });
    const { path, start } = sink.place(layer!)!;
    const file = await open(path, 'r+');
    await file.write(bytesOf([image], layer!.digest), 0, layer!.size, start);
    await file.close();
    sink.placed(layer!);
    expect(sink.place(layer!)).toBeUndefined();
    for (const blob of plan.blobs) expect(await sink.push(blob, bodyOf(bytesOf([image], blob.digest)), { signal })).toBe(blob === layer ? 'existed' : 'written');
    expect(sink.place(config!)).toBeUndefined();
    await sink.end(true);
    const whole = await readFile(place.file);
    await write(sinkTo(place.file, 'universal', { replace: true }), plan, image);
    expect((await readFile(place.file)).equals(whole)).toBe(true);
  });

  test('has the right sum from the thread that follows it, also where that followed damage', async () => {
    const size = 24 * 1024 * 1024;
    const blobs = [1, 2].map((fill) => Buffer.alloc(size, fill)).map((bytes) => ({ bytes, descriptor: { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes), size } }));
    const image = imageOf(['base']);
    const plan = { ...planOf([image, 'app:1']), blobs: blobs.map(({ descriptor }) => descriptor) };
    const checksumThread = await bundleChild(join(import.meta.dirname, '../../../main/archive/checksum-worker.ts'));
    const sink = sinkTo(place.file, 'oci', { surroundings: surroundings(undefined, { checksumThread }) });
    await sink.begin?.(plan, { signal });
    const [first, second] = blobs;
    const damaged = Buffer.from(first!.bytes);
    damaged[20_000_000] = 9;
    const inChunks = (bytes: Uint8Array) => (offset: number) => Promise.resolve(inPieces(bytes.subarray(offset), 300_000));
    await Promise.all([
      expect(sink.push(first!.descriptor, inChunks(damaged), { signal })).rejects.toMatchObject({ code: 'digest-mismatch' }),
      sink.push(second!.descriptor, inChunks(second!.bytes), { signal }),
    ]);
    await sink.push(first!.descriptor, inChunks(first!.bytes), { signal });
    await sink.end?.(true);
    expect(checkSum()).toBe('app.tar: OK\n');
  });
});
