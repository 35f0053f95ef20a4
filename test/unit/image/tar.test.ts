import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, symlink, truncate, writeFile, link } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProblemError } from '../../../shared/errors.js';
import { blockSize, decodeHeader, encodeHeader, endOfArchive, paddingOf } from '../../../main/image/tar-header.js';
import { decodePax, encodePax } from '../../../main/image/tar-pax.js';
import { listTar, type TarListing } from '../../../main/image/tar-reader.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-tar-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const list = (bytes: Uint8Array): Promise<TarListing> =>
  listTar((offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)), bytes.length, 'test.tar');

const fileOf = (name: string, content: Uint8Array): Buffer =>
  Buffer.concat([encodeHeader({ name, kind: 'file', size: content.length }), content, Buffer.alloc(paddingOf(content.length))]);

/** Changes a header and makes its checksum right again. */
function patched(header: Uint8Array, change: (block: Buffer) => void): Buffer {
  const block = Buffer.from(header);
  change(block);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

const plain = (name: string, size = 0): Buffer => Buffer.from(encodeHeader({ name, kind: 'file', size }));
const paxEntry = (records: [string, string][], flag = 'x'): Buffer => {
  const bytes = encodePax(new Map(records));
  return Buffer.concat([patched(plain('PaxHeader', bytes.length), (block) => block.write(flag, 156)), bytes, Buffer.alloc(paddingOf(bytes.length))]);
};

/** What an entry can be called: any text without a zero byte that does not end as folders do. */
const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 })
  .map((text) => Buffer.from(text.replaceAll('\0', '_'), 'utf8').toString('utf8'))
  .filter((text) => !text.endsWith('/'));

describe('what is written is read again', () => {
  test('for any names and contents', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(names, fc.uint8Array({ maxLength: 1500 })), { maxLength: 6 }), async (files) => {
      const bytes = Buffer.concat([...files.map(([name, content]) => fileOf(name, content)), endOfArchive]);
      const { entries, closed } = await list(bytes);
      expect(closed).toBe(true);
      expect(entries.map(({ name, kind, offset, size }) => [name, kind, Buffer.from(bytes.subarray(offset, offset + size)).toString('hex')]))
        .toEqual(files.map(([name, content]) => [name, 'file', Buffer.from(content).toString('hex')]));
    }));
  });

  test('for sizes of 8 GiB and more, in an extended header that says so', async () => {
    const size = 9 * 1024 ** 3;
    const header = encodeHeader({ name: 'layer.tar', kind: 'file', size });
    const whole = header.length + size + blockSize;
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      Promise.resolve(offset < header.length ? header.subarray(offset, offset + length) : Buffer.alloc(Math.min(length, whole - offset)));
    const { entries } = await listTar(read, whole, 'large.tar');
    expect(entries).toMatchObject([{ name: 'layer.tar', size, offset: 3 * blockSize }]);
  });

  test('for the largest size that needs no extended header', () => {
    const header = encodeHeader({ name: 'a', kind: 'file', size: 8 ** 11 - 1 });
    expect(header.length).toBe(blockSize);
    expect(decodeHeader(header, 'a test').size).toBe(8 ** 11 - 1);
  });
});

describe('a header', () => {
  test('holds no time and no owner, and modes that anyone can read', () => {
    const text = Buffer.from(encodeHeader({ name: 'a', kind: 'file', size: 5 })).toString('latin1');
    expect(text.slice(100, 148).split('\0')).toEqual(['0000644', '0000000', '0000000', '00000000005', '00000000000', '']);
    expect(text.slice(257, 345).replaceAll('\0', '')).toBe('ustar00');
    expect(Buffer.from(encodeHeader({ name: 'a/', kind: 'folder', size: 0 })).toString('latin1', 100, 107)).toBe('0000755');
  });

  test('holds permissions, a time and the target of a symlink where they are given', () => {
    const block = Buffer.from(encodeHeader({ name: 'bin/sh', kind: 'symlink', size: 0, mode: 0o777, link: '/bin/busybox', time: 1_700_000_000 }));
    expect(block.toString('latin1', 100, 107)).toBe('0000777');
    expect(Number.parseInt(block.toString('latin1', 136, 147), 8)).toBe(1_700_000_000);
    expect(decodeHeader(block, 'a test')).toEqual({ name: 'bin/sh', kind: 'symlink', size: 0, link: '/bin/busybox' });
  });

  test('splits a sha512 path as ustar has it, without an extended header', () => {
    const name = `blobs/sha512/${'a'.repeat(128)}`;
    expect(encodeHeader({ name, kind: 'file', size: 0 })).toHaveLength(3 * blockSize);
    const split = `blobs/sha512/${'b'.repeat(80)}/${'a'.repeat(64)}`;
    expect(encodeHeader({ name: split, kind: 'file', size: 0 })).toHaveLength(blockSize);
    expect(decodeHeader(encodeHeader({ name: split, kind: 'file', size: 0 }), 'a test').name).toBe(split);
  });

  test('with a wrong checksum is refused', () => {
    const block = plain('a');
    block[0] = 0x62;
    expect(() => decodeHeader(block, 'test.tar')).toThrow(/test\.tar is not a sound image archive: a tar header is damaged/);
  });

  test('whose checksum was summed over signed bytes is read, as old tars wrote it', () => {
    const block = plain('aaa');
    block.write('ä', 0, 'utf8');
    let sum = 8 * 0x20;
    for (let at = 0; at < blockSize; at += 1) if (at < 148 || at >= 156) sum += block.readInt8(at);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(decodeHeader(block, 'a test').name).toMatch(/^ä/);
  });

  test('may say its size in base 256', () => {
    const block = patched(plain('a'), (header) => {
      header.fill(0, 124, 136);
      header[124] = 0x80;
      header.writeUIntBE(9 * 1024 ** 3, 130, 6);
    });
    expect(decodeHeader(block, 'a test').size).toBe(9 * 1024 ** 3);
  });

  test('with a number beyond all files is refused', () => {
    const block = patched(plain('a'), (header) => header.fill(0xff, 124, 136));
    expect(() => decodeHeader(block, 'test.tar')).toThrow(/impossible number/);
  });

  test('of a link has no content, whatever it claims', () => {
    const block = patched(plain('a', 700), (header) => header.write('1', 156));
    expect(decodeHeader(block, 'a test')).toMatchObject({ kind: 'hardlink', size: 0 });
  });
});

describe('extended records', () => {
  test('come back as they were, line ends and all', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.stringMatching(/^[A-Za-z.]{1,20}$/), fc.string({ unit: 'binary', maxLength: 200 }))), (pairs) => {
      const records = new Map(pairs.map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('utf8')]));
      expect(decodePax(encodePax(records), 'a test')).toEqual(records);
    }));
  });

  test('count the digits of their own length, also where that adds one', () => {
    for (let length = 80; length < 110; length += 1) {
      const text = Buffer.from(encodePax(new Map([['path', 'x'.repeat(length)]]))).toString();
      expect(Number.parseInt(text, 10)).toBe(text.length);
    }
  });

  test.each(['7 a=b', '0 a=b\n', '99 a=b\n', '6 a=bc', '6 abcd\n', 'x a=b\n', '1 \n', '-6 a=b\n'])('%j are refused', (text) => {
    expect(() => decodePax(Buffer.from(text), 'test.tar')).toThrow(ProblemError);
  });

  test('name, link and size go before the header that follows, and only that', async () => {
    const bytes = Buffer.concat([
      paxEntry([['path', 'long'], ['size', '3']]), plain('short', 0), Buffer.from('abc'), Buffer.alloc(509),
      plain('next', 0), endOfArchive,
    ]);
    expect((await list(bytes)).entries).toMatchObject([{ name: 'long', size: 3 }, { name: 'next', size: 0 }]);
  });

  test('that are global go before all headers that follow', async () => {
    const bytes = Buffer.concat([paxEntry([['linkpath', 'there']], 'g'), plain('a'), plain('b'), endOfArchive]);
    expect((await list(bytes)).entries).toMatchObject([{ name: 'a', link: 'there' }, { name: 'b', link: 'there' }]);
  });

  test.each([['size', '-1'], ['size', '9007199254740993'], ['size', 'x'], ['GNU.sparse.major', '1']])('%s=%s is refused', async (key, value) => {
    await expect(list(Buffer.concat([paxEntry([[key, value]]), plain('a'), endOfArchive]))).rejects.toThrow(ProblemError);
  });

  test('larger than any real one are refused', async () => {
    await expect(list(Buffer.concat([paxEntry([['comment', 'x'.repeat(1024 * 1024)]]), plain('a'), endOfArchive]))).rejects.toThrow(/too large/);
  });
});

describe('a tar that is cut', () => {
  const whole = Buffer.concat([fileOf('a', Buffer.alloc(700, 1)), fileOf('b', Buffer.alloc(10, 2)), endOfArchive]);

  test('in a header or in content is called cut short', async () => {
    for (const length of [600, 1200, 1536 + 100, 1536 + 512 + 5]) {
      await expect(list(whole.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({ code: 'archive-truncated' });
    }
  });

  test('in its first header is told no different from a small file that is no tar', async () => {
    await expect(list(whole.subarray(0, 100))).rejects.toMatchObject({ code: 'archive-invalid' });
  });

  test('between two entries is read, and is not closed', async () => {
    expect(await list(whole.subarray(0, 1536))).toMatchObject({ closed: false, entries: [{ name: 'a' }] });
  });

  test('is told from a whole one without closing padding', async () => {
    expect((await list(whole.subarray(0, 1536 + 512 + 10))).entries).toHaveLength(2);
  });
});

test('a sparse file is refused with a way out', async () => {
  const block = patched(plain('a'), (header) => header.write('S', 156));
  await expect(list(Buffer.concat([block, endOfArchive]))).rejects.toMatchObject({ code: 'archive-unsupported', problem: { next: expect.stringContaining('without sparse files') } });
});

test('more entries than any image archive has are refused', async () => {
  const block = plain('a');
  const read = (): Promise<Uint8Array> => Promise.resolve(block);
  await expect(listTar(read, blockSize * 200_000, 'many.tar')).rejects.toThrow(/more than 100000 entries/);
});

test('a name beyond what any system knows is refused', async () => {
  await expect(list(Buffer.concat([paxEntry([['path', 'x'.repeat(5000)]]), plain('a'), endOfArchive]))).rejects.toThrow(/name of an entry is too long/);
});

test('damaged bytes give a listing or a problem, never anything else', async () => {
  const whole = Buffer.concat([
    paxEntry([['path', 'p'.repeat(200)], ['size', '5']]), plain('short', 0), Buffer.from('hello'), Buffer.alloc(507),
    paxEntry([['mtime', '1']], 'g'), patched(plain('@', 120), (block) => block.write('L', 156)), Buffer.alloc(512, 0x6e), plain('x', 3), Buffer.alloc(512), endOfArchive,
  ]);
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  await fc.assert(fc.asyncProperty(damage, fc.nat(whole.length), fc.boolean(), async (changes, length, rightSums) => {
    const bytes = Buffer.from(whole);
    for (const [at, value] of changes) bytes[at] = value;
    // With right checksums the damage gets past the first gate.
    if (rightSums) for (let at = 0; at < bytes.length; at += blockSize) if (whole.subarray(at + 257, at + 262).toString() === 'ustar') patched(bytes.subarray(at, at + blockSize), () => undefined).copy(bytes, at);
    await list(bytes.subarray(0, length)).catch((error: unknown) => expect(error).toBeInstanceOf(ProblemError));
  }), { numRuns: 2000 });
});

describe('GNU tar', () => {
  const tar = (...words: string[]): string => execFileSync('tar', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  test('lists and extracts what we write, long and foreign names too', async () => {
    const files: [string, string][] = [['oci-layout', '{}'], [`blobs/sha256/${'a'.repeat(64)}`, 'x'.repeat(2000)], [`deep/${'d'.repeat(120)}/${'e'.repeat(120)}`, 'deep'], ['grüße/日本.txt', 'hello'], ['with space', '']];
    await writeFile(join(folder, 'ours.tar'), Buffer.concat([encodeHeader({ name: 'blobs/', kind: 'folder', size: 0 }), ...files.map(([name, content]) => fileOf(name, Buffer.from(content))), endOfArchive]));
    expect(tar('--quoting-style=literal', '-tf', 'ours.tar').trimEnd().split('\n')).toEqual(['blobs/', ...files.map(([name]) => name)]);
    await mkdir(join(folder, 'out'));
    tar('-xf', 'ours.tar', '-C', 'out');
    for (const [name, content] of files) expect(await readFile(join(folder, 'out', name), 'utf8')).toBe(content);
  });

  test('sees an entry of 9 GiB in full size', async () => {
    const size = 9 * 1024 ** 3;
    const header = encodeHeader({ name: 'layer.tar', kind: 'file', size });
    await writeFile(join(folder, 'large.tar'), header);
    await truncate(join(folder, 'large.tar'), header.length + size + 2 * blockSize);
    expect(tar('-tvf', 'large.tar')).toContain(String(size));
  });

  test.each(['gnu', 'pax', 'ustar', 'v7', 'oldgnu'])('format %s is read', async (format) => {
    const long = ['gnu', 'pax', 'oldgnu'].includes(format) ? [`${'l'.repeat(180)}/${'m'.repeat(180)}`] : [];
    const files = ['short', 'folder/inner', ...long];
    const root = join(folder, `in-${format}`);
    for (const name of files) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), `content of ${name}`);
    }
    await symlink('../short', join(root, 'folder/soft'));
    await link(join(root, 'short'), join(root, 'zhard'));
    tar(`--format=${format}`, '--sort=name', '-cf', `${format}.tar`, '-C', root, '.');
    const bytes = await readFile(join(folder, `${format}.tar`));
    const { entries, closed } = await list(bytes);
    expect(closed).toBe(true);
    for (const name of files) {
      const entry = entries.find((each) => each.name === `./${name}`);
      expect(entry && bytes.toString('utf8', entry.offset, entry.offset + entry.size), name).toBe(`content of ${name}`);
    }
    expect(entries.find(({ name }) => name === './folder/soft')).toMatchObject({ kind: 'symlink', link: '../short' });
    expect(entries.find(({ name }) => name === './zhard')).toMatchObject({ kind: 'hardlink', link: './short' });
    expect(entries.find(({ name }) => name === './folder/')).toMatchObject({ kind: 'folder' });
  });

  test('files of 9 GiB are read in both ways that it writes their size', async () => {
    const large = join(folder, 'large');
    await (await open(large, 'w')).close();
    await truncate(large, 9 * 1024 ** 3);
    for (const format of ['gnu', 'pax']) {
      // The head of the archive is enough, and spares the disk nine gigabytes.
      const head = execFileSync('sh', ['-c', `tar --format=${format} -cf - -C "$1" large 2>/dev/null | head -c 8192`, 'sh', folder]);
      const size = head.length + 9 * 1024 ** 3;
      const read = (offset: number, length: number): Promise<Uint8Array> =>
        Promise.resolve(offset < head.length ? head.subarray(offset, offset + length) : Buffer.alloc(length));
      expect((await listTar(read, size, `${format}.tar`)).entries).toMatchObject([{ name: 'large', size: 9 * 1024 ** 3 }]);
    }
  });
});
