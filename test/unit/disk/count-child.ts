import { readFile, writeFile } from 'node:fs/promises';
import { withLock } from '../../../main/disk/lock.js';

// Adds one to a counter file, many times, each under the lock: without exclusion increments are lost.
const [lock = '', counter = '', times = '0'] = process.argv.slice(2);
for (let round = 0; round < Number(times); round += 1) {
  await withLock(lock, async () => {
    const value = Number(await readFile(counter, 'utf8'));
    await writeFile(counter, String(value + 1));
  });
}
