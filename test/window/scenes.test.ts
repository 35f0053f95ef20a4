import { expect as see } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from './findings.js';
import { sticksOut } from './open-page.js';
import { forgetPictures, pictureFolder, takePicture } from './pictures.js';
import { accountScenes, newScenes } from './scenes/account-scenes.js';
import { browseScenes } from './scenes/browse-scenes.js';
import { libraryScenes } from './scenes/library-scenes.js';
import type { Scene } from './scenes/scene.js';
import { openStage, type Stage } from './scenes/stage.js';
import { transferScenes } from './scenes/transfer-scenes.js';

const themes = ['light', 'dark'] as const;
const sizes = [{ width: 1280, height: 800 }, { width: 800, height: 600 }] as const;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await forgetPictures((name) => !name.startsWith('parts-'));
}, 120_000);
afterAll(() => stage.close(), 120_000);

/** Nothing is judged, and no picture is taken, of a page that is not the one with the seeded names. */
async function enter({ page, dialog, sees, go }: Scene): Promise<void> {
  await go(stage);
  const main = stage.page.getByRole('main', { name: page, includeHidden: true });
  await see(main).toBeVisible();
  const place = dialog === undefined ? stage.page.locator('body') : stage.page.getByRole('dialog', { name: dialog });
  await see(place).toBeVisible();
  for (const text of sees) await see(place.getByText(text).filter({ visible: true }).first()).toBeVisible();
}

/** Fonts of the system are as wide as this at the most. */
const widest = '"DejaVu Sans", "Verdana", sans-serif';

/** What is not to be seen in the smallest window, in the widest letters. */
async function outside(): Promise<string[]> {
  await stage.resize(800, 600);
  await stage.page.evaluate((font) => document.documentElement.style.setProperty('--font-sans', font), widest);
  const found = await sticksOut(stage.page);
  await stage.page.evaluate(() => document.documentElement.style.removeProperty('--font-sans'));
  await stage.resize(1280, 800);
  return found;
}

async function pictures(name: string): Promise<void> {
  // Nothing is pointed at: what a pointer passes looks pressed or chosen.
  await stage.page.mouse.move(1, 1);
  for (const theme of themes) {
    await stage.wear(theme);
    for (const { width, height } of sizes) {
      await stage.resize(width, height);
      await takePicture(stage.page, `${name}-${theme}-${width}`);
    }
    await stage.resize(1280, 800);
  }
  await stage.wear('light');
}

function walk(scenes: readonly Scene[]): void {
  it.each(scenes.map((scene) => [scene.name, scene] as const))('%s shows its names, has nothing in the way of anybody, and fits into the smallest window', async (name, scene) => {
    await enter(scene);
    expect(await findingsOf(stage.page)).toEqual([]);
    expect(await outside()).toEqual([]);
    if (pictureFolder !== undefined) await pictures(name);
    expect(stage.complaints).toEqual([]);
  });
}

describe('a profile that is new', () => walk(newScenes));

describe('a profile in use', () => {
  beforeAll(() => stage.furnish(), 120_000);
  walk([...accountScenes, ...browseScenes, ...libraryScenes, ...transferScenes]);
});
