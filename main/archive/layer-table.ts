import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDigest, type Digest } from '../../shared/digest.js';
import { atomicWrite } from '../disk/atomic-write.js';
import { makeFolder } from '../disk/make-folder.js';

/** A gzip layer and what it unpacks to: both were seen and hashed on this machine. */
export interface LayerRow {
  readonly digest: Digest;
  readonly size: number;
  readonly diffId: Digest;
  readonly unpackedSize: number;
}

/** What was learned of layers when they were unpacked or compressed. A cache: losing it costs time alone. */
export interface LayerTable {
  byDigest(digest: Digest): Promise<LayerRow | undefined>;
  /** The latest first. */
  byDiffId(diffId: Digest): Promise<readonly LayerRow[]>;
  keep(row: LayerRow): Promise<void>;
}

/** Some 10,000 rows: more layers than a person's images have. */
const usualMaxBytes = 2 * 1024 * 1024;
const sealLength = 16;

/**
 * Opens the table; nothing is read before it is asked for. Each row is a line with a seal over it: a row that was torn,
 * damaged or edited is none. Where nothing can be written, nothing is remembered.
 */
export function openLayerTable(file: string, { maxBytes = usualMaxBytes } = {}): LayerTable {
  let rows: Promise<Map<Digest, LayerRow>> | undefined;
  const read = (): Promise<Map<Digest, LayerRow>> => (rows ??= readRows(file));
  return {
    byDigest: async (digest) => (await read()).get(digest),
    byDiffId: async (diffId) => [...(await read()).values()].filter((row) => row.diffId === diffId).toReversed(),
    async keep(row) {
      const known = await read();
      const line = formatRow(row);
      const former = known.get(row.digest);
      if (former && formatRow(former) === line) return;
      known.delete(row.digest);
      known.set(row.digest, row);
      await append(file, line, known, maxBytes).catch(() => undefined);
    },
  };
}

async function append(file: string, line: string, rows: ReadonlyMap<Digest, LayerRow>, maxBytes: number): Promise<void> {
  const bytes = rows.size * line.length;
  if (bytes > maxBytes) {
    const latest = [...rows.values()].slice(-Math.floor(rows.size / 2));
    return atomicWrite(file, latest.map(formatRow).join(''));
  }
  await makeFolder(dirname(file), 0o700);
  await appendFile(file, line);
}

async function readRows(file: string): Promise<Map<Digest, LayerRow>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const rows = new Map<Digest, LayerRow>();
  for (const line of text.split('\n').slice(0, -1)) {
    const row = parseRow(line);
    if (!row) continue;
    rows.delete(row.digest);
    rows.set(row.digest, row);
  }
  return rows;
}

function formatRow({ digest, size, diffId, unpackedSize }: LayerRow): string {
  const text = `${digest} ${size} ${diffId} ${unpackedSize}`;
  return `${text} ${sealOf(text)}\n`;
}

function parseRow(line: string): LayerRow | undefined {
  const at = line.lastIndexOf(' ');
  const text = line.slice(0, at);
  const [digest = '', size, diffId = '', unpackedSize] = text.split(' ');
  if (line.slice(at + 1) !== sealOf(text) || !isDigest(digest) || !isDigest(diffId)) return undefined;
  return { digest, size: Number(size), diffId, unpackedSize: Number(unpackedSize) };
}

const sealOf = (text: string): string => createHash('sha256').update(`layer ${text}`).digest('hex').slice(0, sealLength);
