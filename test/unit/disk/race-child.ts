import { tryLock } from '../../../main/disk/lock.js';

// Tries each lock once, all children at the same moment, and stays alive so that what it won stays locked.
console.log('ready');
process.stdin.once('data', () => void race());

async function race(): Promise<void> {
  const won: string[] = [];
  for (const path of process.argv.slice(2)) if (await tryLock(path)) won.push(path);
  console.log(`won ${JSON.stringify(won)}`);
}
