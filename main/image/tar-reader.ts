import { archiveInvalid, archiveTruncated, archiveUnsupported } from './archive-problems.js';
import { blockSize, decodeHeader, isBodiless, isZeroBlock, paddingOf, type TarHeader } from './tar-header.js';
import { decodePax } from './tar-pax.js';

/** An entry of a tar and where its content lies. */
export interface TarEntry extends TarHeader {
  /** Byte position of the content from the start of the tar. */
  readonly offset: number;
}

export interface TarListing {
  readonly entries: readonly TarEntry[];
  /** The closing zero blocks are there; without them entries may be missing at the end. */
  readonly closed: boolean;
}

/** Reads up to `length` bytes at a position; fewer only at the end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** An image archive has a few entries a layer; more than this is meant to exhaust memory. */
export const maxTarEntries = 100_000;
/** Extended headers hold names and attributes; a larger one is hostile. */
const maxExtendedBytes = 1024 * 1024;
/** PATH_MAX of Linux. */
const maxNameLength = 4096;

/**
 * Lists a seekable, uncompressed tar by reading its headers alone: ustar, GNU long names and base-256, pax.
 * @param size bytes of the whole tar
 * @param where how messages call it
 * @throws ProblemError `archive-invalid`, `archive-truncated`, `archive-unsupported`
 */
export async function listTar(read: ReadAt, size: number, where: string, signal?: AbortSignal): Promise<TarListing> {
  const entries: TarEntry[] = [];
  let global: Overrides = {};
  let local: Overrides = {};
  let at = 0;
  checkStart(await read(0, blockSize), where);
  while (at < size) {
    signal?.throwIfAborted();
    const block = await read(at, blockSize);
    if (block.length < blockSize) throw archiveTruncated(where, 'it ends in the middle of a header');
    if (isZeroBlock(block)) return { entries, closed: true };
    const header = decodeHeader(block, where);
    const offset = at + blockSize;
    const extended = isExtended(header);
    const length = extended || isBodiless(header.kind) ? header.size : (local.size ?? global.size ?? header.size);
    if (offset + length > size) throw archiveTruncated(where, `${JSON.stringify(header.name)} should have ${length} bytes, ${Math.max(0, size - offset)} are there`);
    at = offset + length + paddingOf(length);
    if (extended) {
      if (length > maxExtendedBytes) throw archiveInvalid(where, 'an extended tar header is too large');
      const overrides = readExtended(header, await read(offset, length), where);
      if (header.kind === 'pax-global') global = { ...global, ...overrides };
      else local = { ...local, ...overrides };
      continue;
    }
    const entry = { ...header, size: length, offset, name: local.name ?? global.name ?? header.name, link: local.link ?? global.link ?? header.link };
    local = {};
    if (entry.kind === 'sparse') throw archiveUnsupported(where, `${JSON.stringify(entry.name)} is stored as a sparse file`, 'Make the archive again without sparse files.');
    if (entry.name.length > maxNameLength) throw archiveInvalid(where, 'the name of an entry is too long');
    if (entries.push(entry) > maxTarEntries) throw archiveInvalid(where, `it has more than ${maxTarEntries} entries`);
  }
  return { entries, closed: false };
}

/** Most files that are no tar at all are told here, in other words than a damaged one. */
function checkStart(block: Uint8Array, where: string): void {
  try {
    if (block.length === blockSize && (isZeroBlock(block) || decodeHeader(block, where))) return;
  } catch {
    // Said below.
  }
  throw archiveInvalid(where, block[0] === 0x1f && block[1] === 0x8b ? 'it is compressed twice' : 'it is no tar file');
}

/** What extended headers say in place of the next header's own fields. */
interface Overrides {
  readonly name?: string;
  readonly link?: string;
  readonly size?: number;
}

function isExtended(header: TarHeader): boolean {
  return header.kind === 'pax' || header.kind === 'pax-global' || header.kind === 'long-name' || header.kind === 'long-link';
}

function readExtended(header: TarHeader, bytes: Uint8Array, where: string): Overrides {
  if (header.kind === 'long-name') return { name: textUpToZero(bytes) };
  if (header.kind === 'long-link') return { link: textUpToZero(bytes) };
  const records = decodePax(bytes, where);
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
    throw archiveUnsupported(where, 'it holds sparse files', 'Make the archive again without sparse files.');
  }
  const name = records.get('path');
  const link = records.get('linkpath');
  const size = records.get('size');
  if (size && (!/^[0-9]+$/.test(size) || !Number.isSafeInteger(Number(size)))) throw archiveInvalid(where, 'an extended tar header holds an impossible size');
  return { ...(name && { name }), ...(link && { link }), ...(size && { size: Number(size) }) };
}

function textUpToZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}
