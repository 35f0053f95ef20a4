import { createHash } from 'node:crypto';
import { blockSize, encodeHeader, endOfArchive, paddingOf } from '../../main/image/tar-header.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import type { Random } from './random.js';

interface Entry {
  /** As it stands in the sample, for links and folders. */
  readonly header: Buffer;
  readonly name: string;
  readonly content: Buffer;
}

const sumAt = 148;
const sumLength = 8;

/** Damages a tar: now its bytes, with headers that count as sound all the same, now what its documents say. */
export function mutateArchive(original: Buffer, random: Random, other: Buffer): Buffer {
  if (random.below(2) === 0) return joined(rearranged(withChangedDocument(entriesOf(original), random), random));
  const bytes = mutateBytes(original, random, other);
  return random.below(4) === 0 ? bytes : withRightSums(bytes);
}

/** The samples are plain: no extended headers, sizes in octal. */
function entriesOf(tar: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; tar[at] !== 0 && at < tar.length;) {
    const header = tar.subarray(at, at + blockSize);
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
    const text = (from: number, length: number): string => header.toString('latin1', from, from + length).replace(/\0.*$/s, '');
    const prefix = text(345, 155);
    entries.push({ header, name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`, content: tar.subarray(at + blockSize, at + blockSize + size) });
    at += blockSize + size + paddingOf(size);
  }
  return entries;
}

function joined(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ header, content }) => [header, content, Buffer.alloc(paddingOf(content.length))]);
  return Buffer.concat([...parts, endOfArchive]);
}

/** Digests are made right again more often than not, or nothing but the digest would ever be looked at. */
function withChangedDocument(entries: readonly Entry[], random: Random): Entry[] {
  const documents = entries.filter(({ content }) => content[0] === 0x7b || content[0] === 0x5b);
  if (documents.length === 0) return [...entries];
  const chosen = random.pick(documents);
  const content = Buffer.from(mutateJson(chosen.content.toString(), random));
  const changed = entries.map((entry) => (entry === chosen ? written(entry.name, content) : entry));
  return random.below(4) === 0 ? changed : withDigest(changed, chosen.content, content, documents.length);
}

/** Puts the new digest in place of the old one, in names and documents, and so on for the documents that change by that. */
function withDigest(entries: readonly Entry[], before: Buffer, after: Buffer, depth: number): Entry[] {
  const [old, fresh] = [before, after].map((bytes) => createHash('sha256').update(bytes).digest('hex')) as [string, string];
  let result = entries.map((entry) => (entry.name.includes(old) ? written(entry.name.replaceAll(old, fresh), entry.content) : entry));
  if (depth === 0) return result;
  for (const { name, content } of result.filter((entry) => entry.content.length < 100_000 && entry.content.includes(old))) {
    const replaced = Buffer.from(content.toString('latin1').replaceAll(old, fresh).replaceAll(`"size":${before.length}`, `"size":${after.length}`), 'latin1');
    result = withDigest(result.map((entry) => (entry.name === name ? written(name, replaced) : entry)), content, replaced, depth - 1);
  }
  return result;
}

function rearranged(entries: readonly Entry[], random: Random): Entry[] {
  const at = random.below(entries.length);
  const entry = entries[at]!;
  return random.pick<() => Entry[]>([
    () => [...entries],
    () => [...entries],
    () => [...entries],
    () => entries.filter((_, index) => index !== at),
    () => [...entries, entry],
    () => entries.toReversed(),
    () => entries.map((each, index) => (index === at ? written(random.pick(['../x', '/etc/passwd', './index.json', 'manifest.json', 'a'.repeat(300), '..']), each.content) : each)),
  ])();
}

const written = (name: string, content: Buffer): Entry => ({ header: Buffer.from(encodeHeader({ name, kind: 'file', size: content.length })), name, content });

function withRightSums(bytes: Buffer): Buffer {
  for (let at = 0; at + blockSize <= bytes.length; at += blockSize) {
    const block = bytes.subarray(at, at + blockSize);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.fill(0x20, sumAt, sumAt + sumLength);
    block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, sumAt, 'latin1');
  }
  return bytes;
}
