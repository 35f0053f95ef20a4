import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const sources = readdirSync('main', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join('main', file), 'utf8'));

it('the sources hand no address to the system’s browser', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((text) => /openExternal|shell\.open/.test(text))).toEqual([]);
});

it('the sources listen to one channel', () => {
  const listening = sources.flatMap((text) => text.match(/ipcMain\.\w+\([^,)]+/g) ?? []);
  expect(listening).toEqual(['ipcMain.handle(requestChannel']);
});
