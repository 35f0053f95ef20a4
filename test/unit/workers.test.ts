import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isKeychainProcess, keychainCommand, keychainWord, workerEntry } from '../../main/workers.js';

async function installed(entry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-workers-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, dirname(entry)), { recursive: true });
  await writeFile(join(folder, entry), '');
  return folder;
}

it.each([
  ['beside a built file', 'dist/workers/inventory.js', 'dist'],
  ['beside the folder of the shared chunks', 'dist/workers/inventory.js', 'dist/chunks'],
  ['unpacked beside an archive', 'resources/app.asar.unpacked/dist/workers/inventory.js', 'resources/app.asar/dist/chunks'],
])('finds a thread %s', async (_, entry, from) => {
  const folder = await installed(entry);
  expect(workerEntry('inventory', join(folder, from))).toBe(join(folder, entry));
});

it('says which thread is missing', async () => {
  expect(() => workerEntry('inventory', '/nowhere/dist')).toThrow('The built thread inventory is missing near /nowhere/dist');
});

it('starts the installed program itself for the keychain, with a word that means nothing to a person', () => {
  const [program, ...words] = keychainCommand(true);
  expect(program).toBe(process.execPath);
  expect(words.slice(-2)).toEqual(['--', keychainWord]);
  expect(isKeychainProcess([keychainWord], true)).toBe(true);
  expect(isKeychainProcess([keychainWord], false)).toBe(false);
  expect(isKeychainProcess(['accounts'], true)).toBe(false);
});
