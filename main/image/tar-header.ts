import { archiveInvalid } from './archive-problems.js';
import { encodePax } from './tar-pax.js';

/** Tar is made of these: headers fill one, contents are padded to whole ones. */
export const blockSize = 512;

/** Two blocks of zeros close an archive. */
export const endOfArchive: Uint8Array = Buffer.alloc(2 * blockSize);

/** What an entry is; `other` are vendors' own kinds, whose content is passed over. */
export type TarKind =
  | 'file' | 'hardlink' | 'symlink' | 'device' | 'folder' | 'fifo' | 'other'
  | 'pax' | 'pax-global' | 'long-name' | 'long-link' | 'sparse';

/** One header block as it stands, before extended headers are applied. */
export interface TarHeader {
  readonly name: string;
  readonly kind: TarKind;
  /** Bytes of content that follow. */
  readonly size: number;
  /** Where a link points to; empty for other kinds. */
  readonly link: string;
}

const kinds: Readonly<Record<string, TarKind>> = {
  '\0': 'file', 0: 'file', 7: 'file', 1: 'hardlink', 2: 'symlink', 3: 'device', 4: 'device', 5: 'folder', 6: 'fifo',
  x: 'pax', g: 'pax-global', L: 'long-name', K: 'long-link', S: 'sparse',
};

/** Eleven octal digits: 8 GiB - 1. Larger sizes go into an extended header. */
const maxOctalSize = 8 ** 11 - 1;

/** Field positions of POSIX.1-1988 ustar. */
const field = { name: [0, 100], mode: [100, 8], uid: [108, 8], gid: [116, 8], size: [124, 12], mtime: [136, 12], sum: [148, 8], link: [157, 100], prefix: [345, 155] } as const;
const kindAt = 156;
const magicAt = 257;

const bodiless: ReadonlySet<TarKind> = new Set<TarKind>(['hardlink', 'symlink', 'device', 'folder', 'fifo']);

/** Entries of these kinds have no content, whatever their size fields say. */
export function isBodiless(kind: TarKind): boolean {
  return bodiless.has(kind);
}

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Bytes that fill content up to a whole block. */
export function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

/** An entry to be written; what is left out is 0644 (folders 0755) of 1970. */
export interface WrittenEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'symlink';
  readonly size: number;
  readonly mode?: number;
  /** Where a symlink points to: ASCII, at most 100 characters. */
  readonly link?: string;
  /** Seconds since 1970. */
  readonly time?: number;
}

const flags = { file: '0', symlink: '2', folder: '5' } as const;

/**
 * Makes the header of an entry: the same bytes at any time on any machine (no clock, no owners). Names and sizes that
 * ustar cannot say are put into an extended header before it.
 */
export function encodeHeader(entry: WrittenEntry): Uint8Array {
  const { name, kind, size } = entry;
  const split = splitName(name);
  const extended = new Map<string, string>();
  if (!split) extended.set('path', name);
  if (size > maxOctalSize) extended.set('size', String(size));
  const main = encodeBlock({
    mode: kind === 'folder' ? 0o755 : 0o644,
    ...entry,
    ...(split ?? { prefix: '', name: 'long-name' }),
    flag: flags[kind],
    size: size > maxOctalSize ? 0 : size,
  });
  if (extended.size === 0) return main;
  const records = encodePax(extended);
  return Buffer.concat([encodeBlock({ prefix: '', name: 'PaxHeader', mode: 0o644, flag: 'x', size: records.length }), records, Buffer.alloc(paddingOf(records.length)), main]);
}

/**
 * Reads one header block.
 * @throws ProblemError `archive-invalid` when the checksum is wrong or a number cannot be read
 */
export function decodeHeader(block: Uint8Array, where: string): TarHeader {
  const buffer = Buffer.from(block.buffer, block.byteOffset, block.length);
  if (buffer.length !== blockSize || !hasRightSum(buffer, where)) throw archiveInvalid(where, 'a tar header is damaged');
  const flag = String.fromCharCode(buffer[kindAt] ?? 0);
  const isUstar = buffer.toString('latin1', magicAt, magicAt + 6) === 'ustar\0';
  const prefix = isUstar ? textOf(buffer, ...field.prefix) : '';
  const base = textOf(buffer, ...field.name);
  const name = prefix === '' ? base : `${prefix}/${base}`;
  const told = kinds[flag] ?? 'other';
  // Before ustar a folder was a file whose name ends in a slash.
  const kind = told === 'file' && name.endsWith('/') ? 'folder' : told;
  return { name, kind, size: isBodiless(kind) ? 0 : numberOf(buffer, ...field.size, where), link: textOf(buffer, ...field.link) };
}

interface Block {
  readonly prefix: string;
  readonly name: string;
  readonly mode: number;
  readonly flag: string;
  readonly size: number;
  readonly link?: string;
  readonly time?: number;
}

function encodeBlock({ prefix, name, mode, flag, size, link = '', time = 0 }: Block): Buffer {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, [at, length]: readonly [number, number]): void => {
    block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  };
  block.write(name, field.name[0], 'latin1');
  octal(mode, field.mode);
  octal(0, field.uid);
  octal(0, field.gid);
  octal(size, field.size);
  octal(time, field.mtime);
  block.write(flag, kindAt, 'latin1');
  block.write(link, field.link[0], field.link[1], 'latin1');
  block.write('ustar\u000000', magicAt, 'latin1');
  block.write(prefix, field.prefix[0], 'latin1');
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, field.sum[0], 'latin1');
  return block;
}

/** Finds the slash that lets a name fit into prefix and name; undefined when ustar cannot say it. */
function splitName(name: string): { prefix: string; name: string } | undefined {
  if (!/^[\x20-\x7e]+$/.test(name)) return undefined;
  if (name.length <= field.name[1]) return { prefix: '', name };
  const slash = name.lastIndexOf('/', field.prefix[1]);
  if (slash <= 0 || slash === name.length - 1 || name.length - slash - 1 > field.name[1]) return undefined;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** The sum of all bytes, the sum's own field counted as spaces. */
function sumOf(block: Buffer, signed = false): number {
  const [at, length] = field.sum;
  let sum = length * 0x20;
  for (let index = 0; index < blockSize; index += 1) {
    if (index < at || index >= at + length) sum += signed ? block.readInt8(index) : block.readUInt8(index);
  }
  return sum;
}

/** Some old tars summed signed bytes; readers of the field accept both. */
function hasRightSum(block: Buffer, where: string): boolean {
  const told = numberOf(block, ...field.sum, where);
  return told === sumOf(block) || told === sumOf(block, true);
}

function textOf(block: Buffer, at: number, length: number): string {
  const end = block.subarray(at, at + length).indexOf(0);
  return block.toString('utf8', at, end < 0 ? at + length : at + end);
}

/** Octal digits between spaces and zero bytes, or GNU's base-256 when the first bit is set. */
function numberOf(block: Buffer, at: number, length: number, where: string): number {
  const bytes = block.subarray(at, at + length);
  const first = bytes[0] ?? 0;
  if ((first & 0x80) !== 0) {
    const value = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, first & 0x7f);
    if (!Number.isSafeInteger(value)) throw archiveInvalid(where, 'a tar header holds an impossible number');
    return value;
  }
  const digits = bytes.toString('latin1').replace(/^[\0 ]+|[\0 ][^]*$/g, '');
  if (!/^[0-7]*$/.test(digits)) throw archiveInvalid(where, 'a tar header is damaged');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}
