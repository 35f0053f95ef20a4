import { readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { atomicWrite } from '../../../main/disk/atomic-write.js';
import { isProblem } from '../../../shared/errors.js';

// Replaces a file by one of so many bytes and tells what came of it.
const [path = '', first = '0', second = '0'] = process.argv.slice(2);
for (const bytes of [first, second].map(Number).filter((count) => count > 0)) {
  try {
    await atomicWrite(path, Buffer.alloc(bytes, 'x'));
    console.log('written');
  } catch (error) {
    console.log(isProblem(error) ? error.code : String(error));
  }
}
console.log(JSON.stringify(await readdir(dirname(path))), (await stat(path)).size);
