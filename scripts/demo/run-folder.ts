import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, self, type Owner } from '../../main/disk/owner.js';
import { runCommand, runToEnd } from '../local/run-command.js';

const prefix = 'run-';
const ownerFile = 'owner.json';

/**
 * Makes the folder of one run of the demo, and clears away what runs that were killed have left.
 * @param program the command line's entry
 */
export async function openRunFolder(cache: string, program: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  for (const name of (await readdir(cache)).filter((found) => found.startsWith(prefix))) {
    if (await wasLeft(join(cache, name))) await removeRunFolder(join(cache, name), program);
  }
  const folder = await mkdtemp(join(cache, prefix));
  await writeFile(join(folder, ownerFile), JSON.stringify(self));
  return folder;
}

/** Removes it, and what the windows of its profiles have put into the person's keychain. */
export async function removeRunFolder(folder: string, program: string): Promise<void> {
  const names = await readdir(folder);
  const profiles = names.map((name) => join(folder, name)).filter((path) => existsSync(join(path, 'accounts.json')));
  await Promise.all(profiles.map((profile) => forgetAccounts(profile, program)));
  await rm(folder, { recursive: true, force: true });
}

/** Of a process that is no more. Without a word about its owner it is being made this moment. */
async function wasLeft(folder: string): Promise<boolean> {
  const owner = await readFile(join(folder, ownerFile), 'utf8').catch(() => undefined);
  return owner !== undefined && !(await isAlive(JSON.parse(owner) as Owner));
}

async function forgetAccounts(profile: string, program: string): Promise<void> {
  const env = { ...process.env, LONGSHORE_HOME: profile };
  const { accounts } = JSON.parse(await runCommand(process.execPath, [program, 'accounts', '--json'], { env })) as { accounts: { host: string; name: string; kind: string }[] };
  for (const { host, name } of accounts.filter(({ kind }) => kind !== 'anonymous')) {
    const { stderr } = await runToEnd(process.execPath, [program, 'logout', host, '--account', name], { env });
    process.stderr.write(stderr);
  }
}
