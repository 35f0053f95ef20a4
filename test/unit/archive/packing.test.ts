import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openArchive } from '../../../main/archive/open-archive.js';
import { createZstdCompress } from '../../../main/archive/zstd.js';
import { readImage } from './reading.js';
import { bodyOf, imageOf, planOf, signal } from './sample.js';
import { bytesOf, pushAll, sinkTo, useTarget, write } from './writing.js';

const image = imageOf(['base', 'application'.repeat(100_000)]);
const plan = planOf([image, 'app:1']);
const place = useTarget();
const gzip = { packing: 'gzip' } as const;

async function plain(): Promise<Buffer> {
  const file = join(place.folder, 'plain.tar');
  await write(sinkTo(file), plan, image);
  return readFile(file);
}

describe('an archive that is compressed as a whole', () => {
  test('is the plain one inside, in a file with its checksum and in a stream', async () => {
    await write(sinkTo(place.file, 'universal', gzip), plan, image);
    const bytes = await readFile(place.file);
    expect(execFileSync('sha256sum', ['-c', 'app.tar.sha256'], { cwd: place.folder, encoding: 'utf8' })).toBe('app.tar: OK\n');
    const stream = new PassThrough({ highWaterMark: 10_000_000 });
    await write(sinkTo(stream, 'universal', gzip), plan, image);
    stream.end();
    expect((await buffer(stream)).equals(bytes)).toBe(true);
    expect(gunzipSync(bytes).equals(await plain())).toBe(true);
  });

  test('is read again', async () => {
    await write(sinkTo(place.file, 'universal', gzip), plan, image);
    const source = await openArchive(place.file, { signal, spoolFolder: join(place.folder, 'spool') });
    expect((await readImage(source, 'app:1')).contents).toHaveLength(2);
    await source.close();
  });

  test('is not begun over a file that exists, and replaces it with leave', async () => {
    await writeFile(place.file, 'precious');
    await expect(sinkTo(place.file, 'universal', gzip).check?.({ signal })).rejects.toMatchObject({ code: 'target-exists' });
    await expect(sinkTo(place.file, 'universal', gzip).begin?.(plan, { signal })).rejects.toMatchObject({ code: 'target-exists' });
    await write(sinkTo(place.file, 'universal', { ...gzip, replace: true }), plan, image);
    expect(gunzipSync(await readFile(place.file)).equals(await plain())).toBe(true);
  });

  test('is never finished after a damaged blob, and leaves nothing', async () => {
    const sink = sinkTo(place.file, 'universal', gzip);
    await sink.begin?.(plan, { signal });
    const [blob] = plan.blobs;
    const damaged = Buffer.from(bytesOf([image], blob!.digest));
    damaged[5]! ^= 0xff;
    await expect(sink.push(blob!, bodyOf(damaged), { signal })).rejects.toMatchObject({ code: 'digest-mismatch' });
    // What was compressed cannot be taken back, though the right bytes come now.
    await expect(pushAll(sink, plan, image)).rejects.toMatchObject({ code: 'digest-mismatch' });
    await sink.end?.(false);
    expect(await readdir(place.folder)).toEqual([]);
  });

  test('that came too late for its name leaves nothing but what stands there', async () => {
    const sink = sinkTo(place.file, 'universal', gzip);
    await sink.begin?.(plan, { signal });
    await pushAll(sink, plan, image);
    await writeFile(place.file, 'precious');
    await expect(sink.end?.(true)).rejects.toMatchObject({ code: 'target-exists' });
    expect(await readdir(place.folder)).toEqual(['app.tar']);
    expect(await readFile(place.file, 'utf8')).toBe('precious');
  });

  test('can be ended while its reader stands still', async () => {
    const sink = sinkTo(new Writable({ highWaterMark: 10, write: () => undefined }), 'universal', gzip);
    await sink.begin?.(plan, { signal });
    await pushAll(sink, plan, image);
    await expect(sink.end?.(false)).resolves.toBeUndefined();
  });

  test('tells what went wrong with its stream', async () => {
    const disk = new Writable({ write: (_, __, done) => done(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'write' })) });
    await expect(write(sinkTo(disk, 'universal', gzip), plan, image)).rejects.toMatchObject({ code: 'disk-full' });
  });

  test.skipIf(createZstdCompress)('with zstd is refused before anything is looked up where Node has it not, with the command that does it', async () => {
    await expect(sinkTo(place.file, 'universal', { packing: 'zstd' }).check?.({ signal })).rejects.toMatchObject({ code: 'archive-unsupported', problem: { command: expect.stringContaining('| zstd >') as string } });
  });

  test.runIf(createZstdCompress)('with zstd is read again where Node has it', async () => {
    await write(sinkTo(place.file, 'universal', { packing: 'zstd' }), plan, image);
    const source = await openArchive(place.file, { signal, spoolFolder: join(place.folder, 'spool') });
    expect((await readImage(source, 'app:1')).contents).toHaveLength(2);
    await source.close();
  });
});
