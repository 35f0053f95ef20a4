import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Archive } from './report.js';

/** Reads an archive again. @throws Error when the file beside it tells another checksum */
export async function describeArchive(file: string): Promise<Archive> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  const sha256 = hash.digest('hex');
  const told = await readFile(`${file}.sha256`, 'utf8');
  if (!told.startsWith(`${sha256} `)) throw new Error(`${file}.sha256 is not the checksum of ${file}.`);
  return { file, bytes: (await stat(file)).size, sha256 };
}
