import type { Random } from './random.js';

/** What tar counts in; also a piece of any other data. */
const piece = 512;
/** A mutation that doubles pieces must not fill the memory by itself. */
const maxBytes = 4 * 1024 * 1024;

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  (bytes, random) => {
    bytes[random.below(bytes.length)] = random.pick([0, 1, 0x20, 0x2f, 0x30, 0x37, 0x39, 0x7f, 0x80, 0xff]);
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(Math.min(bytes.length, 4 * piece))),
  (bytes, random) => without(bytes, random.below(bytes.length), 1 + random.below(piece)),
  (bytes, random) => without(bytes, aligned(bytes, random), piece),
  (bytes, random) => inserted(bytes, aligned(bytes, random), bytes.subarray(aligned(bytes, random)).subarray(0, piece * (1 + random.below(4)))),
  (bytes, random, other) => inserted(bytes, aligned(bytes, random), other.subarray(aligned(other, random)).subarray(0, piece * (1 + random.below(8)))),
  (bytes, random, other) => Buffer.concat([bytes.subarray(0, aligned(bytes, random)), other.subarray(aligned(other, random))]),
  (bytes, random) => {
    const [from, to] = [aligned(bytes, random), aligned(bytes, random)];
    bytes.copy(bytes, to, from, from + piece);
    return bytes;
  },
  (bytes, random) => bytes.fill(random.pick([0, 0x20, 0x37, 0xff]), random.below(bytes.length)).subarray(0, bytes.length),
];

/** Damages bytes in one to four ways, some of which mix in another sample. */
export function mutateBytes(original: Buffer, random: Random, other: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let left = 1 + random.below(4); left > 0 && bytes.length > 0; left -= 1) bytes = Buffer.from(random.pick(mutations)(bytes, random, other).subarray(0, maxBytes));
  return bytes;
}

const aligned = (bytes: Buffer, random: Random): number => piece * random.below(Math.ceil(bytes.length / piece));
const without = (bytes: Buffer, at: number, length: number): Buffer => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
const inserted = (bytes: Buffer, at: number, more: Buffer): Buffer => Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
