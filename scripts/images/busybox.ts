import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ProblemError } from '../../shared/errors.js';
import type { LayerEntry } from './layer.js';

/** Where Debian's busybox-static puts its one program. */
const path = '/bin/busybox';

export interface Busybox {
  readonly program: Uint8Array;
  /** Such as `1.35.0`. */
  readonly version: string;
  /** `bin/sh`, `usr/bin/env` …: the names under which it is another command. */
  readonly commands: readonly string[];
}

/**
 * This machine's own static busybox.
 * @throws ProblemError `file-unknown`
 */
export function findBusybox(): Busybox {
  const listing = spawnSync(path, ['--list-full'], { encoding: 'utf8' });
  if (listing.status !== 0) {
    throw new ProblemError('file-unknown', {
      message: `${path} cannot be run on this machine.`,
      next: 'Install it (apt-get install busybox-static), or run npm run demo, which does.',
      cause: listing.error,
    });
  }
  const version = /^BusyBox v(\S+)/.exec(spawnSync(path, [], { encoding: 'utf8' }).stdout)?.[1] ?? '0';
  return { program: readFileSync(path), version, commands: listing.stdout.split('\n').filter((name) => name !== '' && name !== path.slice(1)).sort() };
}

const folders = ['bin', 'dev', 'etc', 'home', 'home/web', 'proc', 'root', 'run', 'sbin', 'sys', 'tmp', 'usr', 'usr/bin', 'usr/sbin', 'var', 'var/log', 'www'];
const modes: Readonly<Record<string, number>> = { root: 0o700, tmp: 0o1777 };

const files: Readonly<Record<string, string>> = {
  'etc/group': 'root:x:0:\nweb:x:1000:\nnobody:x:65534:\n',
  'etc/hostname': 'demo\n',
  'etc/nsswitch.conf': 'hosts: files dns\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000:web:/home/web:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/profile': "export PATH=/usr/bin:/usr/sbin:/bin:/sbin\nexport PS1='\\u@\\h:\\w\\$ '\n",
  'etc/shells': '/bin/sh\n/bin/ash\n',
};

/** A root file system that boots into a shell: busybox under all its names and what a shell looks for in /etc. */
export function rootFileSystem({ program, version, commands }: Busybox, created: string): LayerEntry[] {
  const time = Date.parse(created) / 1000;
  const release = `NAME="Longshore demo"\nID=longshore-demo\nVERSION_ID=${version}\nPRETTY_NAME="Longshore demo (BusyBox ${version})"\n`;
  const entries: LayerEntry[] = [
    ...folders.map((name): LayerEntry => ({ name: `${name}/`, kind: 'folder', mode: modes[name] ?? 0o755, time })),
    { name: 'bin/busybox', kind: 'file', mode: 0o755, time, content: program },
    ...commands.map((name): LayerEntry => ({ name, kind: 'symlink', mode: 0o777, time, link: '/bin/busybox' })),
    ...Object.entries({ ...files, 'etc/os-release': release }).map(([name, content]): LayerEntry => ({ name, kind: 'file', time, content })),
  ];
  return entries;
}
