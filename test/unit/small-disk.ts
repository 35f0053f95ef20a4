import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { follow, type Child } from './run-child.js';

const run = promisify(execFile);

/** Ways to a mount namespace of one's own, whose mounts vanish with its last process: as an ordinary user, and as root without user namespaces. */
const namespaces = [
  ['unshare', '--map-root-user', '--mount'],
  ['unshare', '--mount'],
];

async function findNamespace(): Promise<string[] | undefined> {
  for (const command of namespaces) {
    const [program = '', ...args] = command;
    if (await run(program, [...args, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).then(() => true, () => false)) return command;
  }
  return undefined;
}

function startIn(namespace: readonly string[], script: string, folder: string, bundle: string, args: readonly string[]): Child {
  const [program = '', ...rest] = namespace;
  return follow(spawn(program, [...rest, 'sh', '-ec', `${script}; shift; exec "$@"`, 'sh', folder, process.execPath, bundle, ...args]));
}

export interface SmallDisk {
  readonly child: Child;
  /** What a write gets that is too much. Without the right to mount, a limit on file sizes stands in for the full disk. */
  readonly refusal: 'disk-full' | 'disk-failed';
}

/** Runs a bundle while `folder` is a disk of 8 MiB, or while no file may grow beyond 3.5 MiB. */
export async function startOnSmallDisk(bundle: string, folder: string, args: readonly string[]): Promise<SmallDisk> {
  const namespace = await findNamespace();
  if (namespace) return { child: startIn(namespace, 'mount -t tmpfs -o size=8m tmpfs "$1"', folder, bundle, args), refusal: 'disk-full' };
  return { child: startIn(['env'], 'ulimit -f 7168', folder, bundle, args), refusal: 'disk-failed' };
}

/** Runs a bundle that may not write below `folder`: it is mounted read-only, or the child is someone whom it does not belong to. */
export async function startReadOnly(bundle: string, folder: string, args: readonly string[]): Promise<Child> {
  const namespace = await findNamespace();
  if (namespace) return startIn(namespace, 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', folder, bundle, args);
  await run('chmod', ['-R', 'a+rX,a-w', folder]);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  return follow(spawn(process.execPath, [bundle, ...args], nobody));
}
