import { mkdirSync, rmSync } from 'node:fs';
import { run } from '../run.mjs';

/** What desktops ask for; macOS and Windows make theirs of the largest. */
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

/** Draws the mark in every size, named as electron-builder expects. */
export async function drawIcons(mark, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const size of sizes) {
    await run('rsvg-convert', ['-w', String(size), '-h', String(size), '-o', `${folder}/${size}x${size}.png`, mark], { next: 'Install librsvg2-bin, then start again.' });
  }
}
