import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const files: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "bare", "version": "1.0.0", "main": "main.js" }',
  'main.js': "const { app, BrowserWindow } = require('electron');\napp.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile('index.html'));\n",
  'index.html': '<!doctype html><title>Bare</title><p>Ready',
};

/** Writes the least that Electron shows a window with: what every application on it pays. */
export async function writeBareApplication(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
