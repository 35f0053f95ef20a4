import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = '.cache/set-up';

/** A digest over the files' names and contents and the further texts. */
export function hashOf(files, ...texts) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  for (const text of texts) hash.update(`${text}\0`);
  return hash.digest('hex');
}

/** What the step wrote when it last succeeded. */
export function readStamp(step) {
  try {
    return readFileSync(`${folder}/${step}`, 'utf8');
  } catch {
    return undefined;
  }
}

export function writeStamp(step, key) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${step}`, key);
}
