import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryName } from '../../../main/disk/atomic-write.js';
import { bodyOf, imageOf, planOf, signal } from './sample.js';
import { bytesOf, entriesOf, pushAll, sinkTo, useTarget, write } from './writing.js';

const image = imageOf(['base', 'application']);
const place = useTarget();

describe('a file', () => {
  const plan = planOf([image, 'app:1']);

  test('gets its name only when it is whole, with its checksum beside it', async () => {
    const sink = sinkTo(place.file);
    await sink.begin?.(plan, { signal });
    await pushAll(sink, plan, image);
    expect((await readdir(place.folder)).filter((name) => !name.includes('.partial'))).toEqual([]);
    await sink.end?.(true);
    expect((await readdir(place.folder)).toSorted()).toEqual(['app.tar', 'app.tar.sha256']);
    expect(execFileSync('sha256sum', ['-c', 'app.tar.sha256'], { cwd: place.folder, encoding: 'utf8' })).toBe('app.tar: OK\n');
  });

  test('with a line end in its name has a checksum that sha256sum understands', async () => {
    await write(sinkTo(join(place.folder, 'a\nb\\c.tar')), plan, image);
    expect(() => execFileSync('sha256sum', ['--status', '-c', 'a\nb\\c.tar.sha256'], { cwd: place.folder })).not.toThrow();
  });

  test('that cannot be written is refused before anything is looked up', async () => {
    const check = (file: string, more = {}): Promise<void> | undefined => sinkTo(file, 'universal', more).check?.({ signal });
    await check(place.file);
    expect(await readdir(place.folder)).toEqual([]);
    await expect(check(join(place.folder, 'none/app.tar'))).rejects.toMatchObject({ code: 'file-unknown', message: expect.stringContaining('none/app.tar') });
    // Nobody may write there, root included.
    await expect(check('/proc/self/app.tar')).rejects.toMatchObject({ code: 'disk-denied' });
    await writeFile(place.file, 'precious');
    await expect(check(place.file)).rejects.toMatchObject({ code: 'target-exists' });
    await check(place.file, { replace: true });
  });

  test('that exists is kept, and nothing is begun', async () => {
    await writeFile(place.file, 'precious');
    await expect(sinkTo(place.file).begin?.(plan, { signal })).rejects.toMatchObject({ code: 'target-exists', message: expect.stringContaining(place.file) });
    expect(await readdir(place.folder)).toEqual(['app.tar']);
  });

  test('that came while the archive was written is kept too', async () => {
    const sink = sinkTo(place.file);
    await sink.begin?.(plan, { signal });
    await pushAll(sink, plan, image);
    await writeFile(place.file, 'precious');
    await expect(sink.end?.(true)).rejects.toMatchObject({ code: 'target-exists' });
    expect(await readFile(place.file, 'utf8')).toBe('precious');
    expect(await readdir(place.folder)).toEqual(['app.tar']);
  });

  test('is replaced when that is wanted', async () => {
    await writeFile(place.file, 'old');
    await write(sinkTo(place.file, 'universal', { replace: true }), plan, image);
    expect((await readdir(place.folder)).toSorted()).toEqual(['app.tar', 'app.tar.sha256']);
    expect((await entriesOf(place.file)).size).toBeGreaterThan(5);
  });

  test('that is replaced loses its old checksum, also when the new one cannot be written', async () => {
    // The longest name that leaves room for a temporary one, but not for that of the checksum beside it.
    const long = join(place.folder, 'x'.repeat(255 - basename(temporaryName('')).length));
    await writeFile(long, 'old');
    await writeFile(`${long}.sha256`, 'of the old');
    await expect(write(sinkTo(long, 'universal', { replace: true }), plan, image)).rejects.toMatchObject({ code: 'disk-failed' });
    expect(await readdir(place.folder)).toEqual([basename(long)]);
  });

  test('does not replace a folder, and is not begun for it', async () => {
    await mkdir(place.file);
    await expect(sinkTo(place.file, 'universal', { replace: true }).begin?.(plan, { signal })).rejects.toMatchObject({ code: 'target-kept' });
    expect(await readdir(place.folder)).toEqual(['app.tar']);
  });

  test('is not begun in a folder that is not there', async () => {
    await expect(sinkTo(join(place.folder, 'none', 'app.tar')).begin?.(plan, { signal })).rejects.toMatchObject({ code: 'file-unknown' });
  });

  test('leaves nothing behind after a failure', async () => {
    const sink = sinkTo(place.file);
    await sink.begin?.(plan, { signal });
    await sink.end?.(false);
    expect(await readdir(place.folder)).toEqual([]);
  });

  test('is not given out with blobs missing', async () => {
    const sink = sinkTo(place.file);
    await sink.begin?.(plan, { signal });
    await expect(sink.end?.(true)).rejects.toMatchObject({ code: 'internal' });
    expect(await readdir(place.folder)).toEqual([]);
  });

  test('can be ended before it was begun', async () => {
    await sinkTo(place.file).end?.(false);
    expect(await readdir(place.folder)).toEqual([]);
  });
});

describe('a blob', () => {
  const plan = planOf([image, 'app:1']);
  const [blob] = plan.blobs;
  if (!blob) throw new Error('the sample has no blobs');
  const right = bytesOf([image], blob.digest);

  test('that was damaged or broke off is written again in its place', async () => {
    await write(sinkTo(place.file), plan, image);
    const clean = await readFile(place.file);
    const sink = sinkTo(place.file, 'universal', { replace: true });
    await sink.begin?.(plan, { signal });
    const damaged = Buffer.from(right);
    damaged[5] = 0;
    let moved = 0;
    const onBytes = (count: number): void => {
      moved += count;
    };
    await expect(sink.push(blob, bodyOf(damaged), { signal, onBytes, source: 'registry.example.com/app' })).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('registry.example.com/app') as string });
    await expect(sink.push(blob, bodyOf(right.subarray(1)), { signal, onBytes })).rejects.toMatchObject({ code: 'size-mismatch' });
    await expect(sink.push(blob, bodyOf(Buffer.concat([right, Buffer.alloc(3_000_000)])), { signal, onBytes })).rejects.toMatchObject({ code: 'size-mismatch' });
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield right.subarray(0, 10);
      throw new Error('the source broke');
    };
    await expect(sink.push(blob, () => Promise.resolve(broken()), { signal, onBytes })).rejects.toThrow('the source broke');
    expect(moved).toBe(0);
    await pushAll(sink, plan, image);
    await sink.end?.(true);
    expect((await readFile(place.file)).equals(clean)).toBe(true);
    expect(execFileSync('sha256sum', ['-c', 'app.tar.sha256'], { cwd: place.folder, encoding: 'utf8' })).toBe('app.tar: OK\n');
  });

  test('that came already is not read again, nor is a manifest', async () => {
    const sink = sinkTo(place.file);
    await sink.begin?.(plan, { signal });
    const unread = (): never => {
      throw new Error('nobody should read this');
    };
    await sink.push(blob, bodyOf(right), { signal });
    expect(await sink.push(blob, unread, { signal })).toBe('existed');
    expect(await sink.push(image.root.descriptor, unread, { signal })).toBe('existed');
    await sink.end?.(false);
  });

  test('stops when the copy is cancelled', async () => {
    const sink = sinkTo(place.file);
    const cancel = new AbortController();
    await sink.begin?.(plan, { signal });
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Buffer.alloc(0);
        cancel.abort(new Error('cancelled here'));
      }
    };
    await expect(sink.push(blob, () => Promise.resolve(endless()), { signal: cancel.signal })).rejects.toThrow('cancelled here');
    await sink.end?.(false);
    expect(await readdir(place.folder)).toEqual([]);
  });
});
