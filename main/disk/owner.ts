import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Who holds a lock or a lease: enough to tell a live process from a dead one whose pid was given again. */
export interface Owner {
  readonly pid: number;
  /** When the process started, in the system's own units; empty where it cannot be read. */
  readonly started: string;
  /** Differs after each start of the machine; empty where it cannot be read. */
  readonly boot: string;
}

/** Fields 3 and 22 of /proc/PID/stat, the latter in clock ticks since boot. The name in field 2 may hold spaces and parentheses. */
function parseStat(stat: string): { state: string; started: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', started: fields[19] ?? '' };
}

function readOwn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Elsewhere than on Linux pid and the kill(0) test alone decide. */
export const self: Owner = {
  pid: process.pid,
  started: parseStat(readOwn('/proc/self/stat')).started,
  boot: readOwn('/proc/sys/kernel/random/boot_id'),
};

/** Is it this process? */
export const isSelf = ({ pid, started, boot }: Owner): boolean => pid === self.pid && started === self.started && boot === self.boot;

function isFromOtherBoot(owner: Owner): boolean {
  return owner.boot !== self.boot;
}

/** May the machine have gone down since? Where starts cannot be told apart, that must be assumed. */
export function mayHaveLostWrites(owner: Owner): boolean {
  return owner.boot === '' || isFromOtherBoot(owner);
}

/** Is the very process that took the lock still running? One that was killed and waits for its parent (a zombie) is not. */
export async function isAlive(owner: Owner): Promise<boolean> {
  if (isFromOtherBoot(owner)) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (owner.started === '') return true;
  const stat = await readFile(`/proc/${owner.pid}/stat`, 'utf8').catch(() => '');
  const { state, started } = parseStat(stat);
  return started === owner.started && state !== 'Z';
}
