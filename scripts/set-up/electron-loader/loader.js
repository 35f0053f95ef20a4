// Electron runs this when it is given a folder to run: `electron [switches] folder [words]`. Stock builds of Electron carry
// a larger program for it, which the runtime from npm has not.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const folder = process.argv.slice(1).find((word) => !word.startsWith('-'));
if (folder === undefined) {
  console.error('usage: electron [switches] folder [words]');
  process.exit(2);
}
const root = resolve(folder);
const { name, productName = name, version, main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
process.defaultApp = true;
app.setAppPath(root);
app.setName(productName);
app.setVersion(version);
await import(pathToFileURL(join(root, main)));
