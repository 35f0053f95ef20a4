import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { documents } from './docs/documents.js';

// `npm run docs`: writes the pages that are made from the code. A test fails when they are stale.

for (const [path, text] of documents()) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(path);
}
