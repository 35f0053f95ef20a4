import { execFileSync, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isProblem } from '../../../shared/errors.js';
import { openArchive } from '../../../main/archive/open-archive.js';
import { config, craneDocker, docker25, layers, legacyDocker, linkEntry, listOf, mixedTar, skopeoDocker } from './docker-samples.js';
import { follow } from '../run-child.js';
import { bytesOf, readImage, workplace, type Workplace } from './reading.js';
import { inPieces, signal } from './sample.js';

let place: Workplace;
beforeEach(async () => {
  place = await workplace();
});
afterEach(() => place.remove());

const [base = Buffer.alloc(0), application = Buffer.alloc(0)] = layers;
const list = ['manifest.json', listOf('c.json', ['a.tar', 'b.tar'])] as const;
const whole = [['c.json', config], ['a.tar', base], ['b.tar', application]] as const;

describe('compression', () => {
  test('by gzip is undone, whatever the file is called', async () => {
    const source = await place.open(gzipSync(skopeoDocker()), 'app.tar');
    expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
    expect(await place.spooled()).toHaveLength(1);
    await source.close();
    expect(await place.spooled()).toEqual([]);
  });

  test('by gzip in several members is undone, as pigz and cat make them', async () => {
    const bytes = skopeoDocker();
    const source = await place.open(Buffer.concat([gzipSync(bytes.subarray(0, 1000)), gzipSync(bytes.subarray(1000))]));
    expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
  });

  test.each([
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0], 'zstd -d'], ['zstd', [0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0], 'zstd -d'],
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0], 'xz -d'], ['bzip2', [0x42, 0x5a, 0x68, 0x39, 0, 0, 0], 'bzip2 -d'],
  ])('by %s is refused with the command that undoes it', async (name, bytes, command) => {
    await expect(place.open(Buffer.from(bytes))).rejects.toMatchObject({ code: 'archive-unsupported', message: expect.stringContaining(name), problem: { next: expect.stringContaining(command) } });
  });

  test('twice is refused', async () => {
    await expect(place.open(gzipSync(gzipSync(skopeoDocker())))).rejects.toMatchObject({ code: 'archive-invalid', message: expect.stringContaining('compressed twice') });
    expect(await place.spooled()).toEqual([]);
  });

  test.each([['is cut', (bytes: Buffer) => bytes.subarray(0, -20), 'archive-truncated'], ['is damaged', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 30, 60), 'archive-invalid']])('that %s is refused, and nothing stays', async (_, change, code) => {
    await expect(place.open(change(gzipSync(skopeoDocker())))).rejects.toMatchObject({ code });
    expect(await place.spooled()).toEqual([]);
  });
});

describe('a stream', () => {
  test.each([['plain', skopeoDocker()], ['gzip', gzipSync(skopeoDocker())]])('of a %s archive is spooled, in whatever pieces it comes', async (_, bytes) => {
    for (const length of [1, 1000]) {
      const source = await openArchive(inPieces(bytes, length), { signal, spoolFolder: place.spoolFolder });
      expect(source.label).toBe('standard input');
      expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
      await source.close();
    }
    expect(await place.spooled()).toEqual([]);
  });

  test('that is empty or breaks off leaves nothing', async () => {
    await expect(openArchive(inPieces(Buffer.alloc(0)), { signal, spoolFolder: place.spoolFolder })).rejects.toMatchObject({ code: 'archive-invalid' });
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield skopeoDocker().subarray(0, 2000);
      throw new Error('the pipe broke');
    };
    await expect(openArchive(broken(), { signal, spoolFolder: place.spoolFolder })).rejects.toThrow('the pipe broke');
    expect(await place.spooled()).toEqual([]);
  });

  test('that is cancelled leaves nothing', async () => {
    const cancel = new AbortController();
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Buffer.alloc(1000, 1);
        cancel.abort(new Error('cancelled here'));
      }
    };
    await expect(openArchive(endless(), { signal: cancel.signal, spoolFolder: place.spoolFolder })).rejects.toThrow('cancelled here');
    expect(await place.spooled()).toEqual([]);
  });
});

describe('a pipe in the file system', () => {
  let pipe: string;
  beforeEach(() => {
    pipe = join(place.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
  });

  test('is read as a stream', async () => {
    await writeFile(join(place.folder, 'app.tar'), skopeoDocker());
    const opening = openArchive(pipe, { signal, spoolFolder: place.spoolFolder });
    await writeFile(pipe, createReadStream(join(place.folder, 'app.tar')));
    const source = await opening;
    expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
    await source.close();
  });

  test('whose writer does not come can be cancelled', async () => {
    const cancel = new AbortController();
    const opening = openArchive(pipe, { signal: cancel.signal, spoolFolder: place.spoolFolder });
    cancel.abort(new Error('cancelled here'));
    await expect(opening).rejects.toThrow('cancelled here');
  });

  test.each([['says nothing', ''], ['stops in the middle', 'abcdefgh']])('whose writer %s can be cancelled, and leaves nothing', async (_, text) => {
    const writer = follow(spawn('sh', ['-c', 'exec 3> "$1"; printf %s "$2" >&3; echo opened; exec sleep 60', 'sh', pipe, text]));
    const cancel = new AbortController();
    const opening = openArchive(pipe, { signal: cancel.signal, spoolFolder: place.spoolFolder });
    const failed = expect(opening).rejects.toThrow('cancelled here');
    await writer.sees('opened');
    cancel.abort(new Error('cancelled here'));
    await failed;
    writer.process.kill('SIGKILL');
    expect(await place.spooled()).toEqual([]);
  });
});

describe('what is no image archive is refused', () => {
  test.each([
    ['an empty file', '', 'archive-invalid', 'it is empty'],
    ['a page', '<html>'.repeat(200), 'archive-invalid', 'no tar file'],
    ['a few bytes', 'hello', 'archive-invalid', 'no tar file'],
    ['a tar without images', mixedTar(['etc/passwd', 'root']), 'archive-invalid', 'neither manifest.json nor index.json'],
    ['a tar without anything', mixedTar(), 'archive-invalid', 'neither manifest.json nor index.json'],
  ])('%s', async (_, bytes, code, message) => {
    await expect(place.open(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('a file that is not there', async () => {
    await expect(openArchive(join(place.folder, 'none.tar'), { signal, spoolFolder: place.spoolFolder })).rejects.toMatchObject({ code: 'file-unknown', message: expect.stringContaining('none.tar') });
  });

  test('a folder without images', async () => {
    await mkdir(join(place.folder, 'empty'));
    await expect(openArchive(join(place.folder, 'empty'), { signal, spoolFolder: place.spoolFolder })).rejects.toMatchObject({ code: 'archive-invalid' });
  });
});

describe('odd and hostile entries', () => {
  test.each(['../c.json', 'a/../../c.json', '..', 'a/..'])('a name of %s is refused', async (name) => {
    await expect(place.open(mixedTar(list, ...whole, [name, 'x']))).rejects.toMatchObject({ code: 'archive-invalid', message: expect.stringContaining('points outside') });
  });

  test.each(['./c.json', '/c.json', './/c.json', '././c.json/.'])('a name of %s is that of c.json', async (name) => {
    const source = await place.open(mixedTar(list, [name, config], ...whole.slice(1)));
    expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
  });

  test('of two entries of one name the first is used, with a warning', async () => {
    const source = await place.open(mixedTar(list, ...whole, ['manifest.json', '[]'], ['./a.tar', 'other']));
    expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
    expect(source.warnings).toEqual([expect.stringContaining('manifest.json more than once'), expect.stringContaining('a.tar more than once')]);
  });

  test.each([['3', 'device'], ['6', 'fifo']] as const)('a special file of kind %s is refused', async (flag, kind) => {
    await expect(place.open(mixedTar(list, ...whole, linkEntry('special', '', flag)))).rejects.toMatchObject({ code: 'archive-invalid', message: expect.stringContaining(kind) });
  });

  test.each([
    ['a symbolic link beside its target', linkEntry('x/b.tar', 'real', '2'), 'x/real'],
    ['a symbolic link through the folder above', linkEntry('x/b.tar', '../y/real', '2'), 'y/real'],
    ['an absolute link, which counts from the root of the tar', linkEntry('x/b.tar', '/y/real', '2'), 'y/real'],
    ['a hard link, which counts from the root of the tar', linkEntry('x/b.tar', 'y/real', '1'), 'y/real'],
    ['a link to a link', Buffer.concat([linkEntry('x/b.tar', 'second', '2'), linkEntry('x/second', '../y/real', '2')]), 'y/real'],
  ])('%s is followed', async (_, links, target) => {
    const source = await place.open(mixedTar(['manifest.json', listOf('c.json', ['a.tar', 'x/b.tar'])], ...whole.slice(0, 2), links, [target, application]));
    expect((await readImage(source, 'alpine:3')).contents).toHaveLength(2);
  });

  test.each([
    ['that leaves the archive', linkEntry('b.tar', '../../etc/passwd'), /points outside/],
    ['that leads to itself', linkEntry('b.tar', 'b.tar'), /in a circle/],
    ['that leads back over another', Buffer.concat([linkEntry('b.tar', 'x'), linkEntry('x', 'b.tar', '1')]), /in a circle/],
    ['to the machine\'s own files', linkEntry('b.tar', '/etc/passwd'), /b\.tar is missing/],
    ['to nothing', linkEntry('b.tar', 'nothing'), /b\.tar is missing/],
  ])('a link %s is refused', async (_, links, message) => {
    const source = await place.open(mixedTar(list, ...whole.slice(0, 2), links));
    await expect(source.resolve('alpine:3', { signal })).rejects.toThrow(message);
  });

  test('a folder where a file should be is none', async () => {
    await expect(place.open(mixedTar(list, ['c.json/', '']))).rejects.toThrow(/c\.json is missing/);
  });
});

test('a file that became shorter after it was opened is called cut short', async () => {
  const source = await place.open(craneDocker());
  const root = await source.resolve('', { signal });
  const config = JSON.parse(Buffer.from(root.bytes).toString()) as { config: Parameters<typeof bytesOf>[1] };
  await writeFile(join(place.folder, 'app.tar'), craneDocker().subarray(0, 600));
  await expect(bytesOf(source, config.config)).rejects.toMatchObject({ code: 'archive-truncated' });
  await rm(join(place.folder, 'app.tar'));
  await expect(bytesOf(source, config.config)).rejects.toMatchObject({ code: 'file-unknown' });
});

describe('damage anywhere gives the images whole or a problem, and leaves nothing behind', () => {
  const originals = { legacyDocker: legacyDocker(), skopeoDocker: skopeoDocker(), craneDocker: craneDocker(), docker25: docker25(), gzip: gzipSync(skopeoDocker()) };

  async function survive(bytes: Buffer): Promise<void> {
    try {
      const source = await place.open(bytes);
      try {
        for (const { name, id } of source.names()) await readImage(source, name ?? id);
      } finally {
        await source.close();
      }
    } catch (error) {
      if (!isProblem(error)) throw error;
    }
    expect(await place.spooled()).toEqual([]);
  }

  test.each(Object.entries(originals))('in an archive as of %s', async (_, original) => {
    const flips = fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 4 });
    await fc.assert(fc.asyncProperty(flips, fc.option(fc.nat(original.length)), async (changes, length) => {
      const bytes = Buffer.from(original);
      for (const [at, mask] of changes) bytes[at] = (bytes[at] ?? 0) ^ mask;
      await survive(bytes.subarray(0, length ?? bytes.length));
    }), { numRuns: 120 });
  });
});
