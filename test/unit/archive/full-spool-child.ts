import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openArchive } from '../../../main/archive/open-archive.js';
import { isProblem } from '../../../shared/errors.js';

/** Opens a stream that is larger than the disk of the spool, and says with which problem that failed and what is left. */
const [folder = ''] = process.argv.slice(2);
const spoolFolder = join(folder, 'spool');
const endless = async function* (): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 64; at += 1) yield randomBytes(1024 * 1024);
};
const code = await openArchive(endless(), { signal: new AbortController().signal, spoolFolder }).then(
  () => 'opened',
  (error: unknown) => (isProblem(error) ? error.code : String(error)),
);
console.log(JSON.stringify({ code, left: await readdir(spoolFolder) }));
