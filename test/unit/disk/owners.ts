import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { self, type Owner } from '../../../main/disk/owner.js';

/** An owner of this boot that has ended, with a pid that was real. */
export async function deadOwner(): Promise<Owner> {
  const child = spawn(process.execPath, ['-e', '']);
  const { pid = 0 } = child;
  await once(child, 'close');
  return { ...self, pid, started: '1' };
}
