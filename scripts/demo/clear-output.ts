import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every demo leaves it, from its beginning on: a folder with other people's files does not have it. */
const mark = 'report.json';

/**
 * Makes the folder for what the demo leaves, and empties it of what an earlier one left.
 * @throws Error when something else is in it
 */
export async function clearOutput(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const found = await readdir(folder);
  if (found.length > 0 && !found.includes(mark)) throw new Error(`${folder} holds what no demo has left there: choose another folder with --output.`);
  for (const name of found) await rm(join(folder, name), { recursive: true });
  await writeFile(join(folder, mark), '{}\n');
}
