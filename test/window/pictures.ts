import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { runCommand } from '../../scripts/local/run-command.js';

/** Where the pictures of the window go; undefined: none are taken, and only what a machine can judge is looked at. */
export const pictureFolder = process.env['LONGSHORE_SCREENS'];

/** Takes a picture of the page as it is now, in at most 256 colours: there are few in a window. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (pictureFolder === undefined) return;
  const file = join(pictureFolder, `${name}.png`);
  await mkdir(pictureFolder, { recursive: true });
  await page.screenshot({ path: file, animations: 'disabled' });
  await runCommand('pngquant', ['--force', '--skip-if-larger', '--strip', '--output', file, '256', file]).catch((error: unknown) => {
    // 98: it would have become larger.
    if (!String(error).includes('ended with 98')) throw error;
  });
}

/** Removes the pictures of before whose names begin so. */
export async function forgetPictures(wanted: (name: string) => boolean): Promise<void> {
  if (pictureFolder === undefined) return;
  const found = await readdir(pictureFolder).catch(() => []);
  for (const name of found) if (name.endsWith('.png') && wanted(name)) await rm(join(pictureFolder, name));
}
