import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startInBackground } from '../../scripts/local/background.js';

export interface Daemon {
  readonly socket: string;
  stop(): Promise<void>;
}

/** A containerd of our own; needs root, as everything that unpacks layers. */
export async function startContainerd(folder: string): Promise<Daemon> {
  await mkdir(folder, { recursive: true });
  const socket = join(folder, 'containerd.sock');
  const configuration = [
    'version = 2',
    `root = "${join(folder, 'root')}"`,
    `state = "${join(folder, 'state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `address = "${socket}"`,
  ];
  await writeFile(join(folder, 'config.toml'), configuration.join('\n'));
  const { stop } = await startInBackground('containerd', ['--config', join(folder, 'config.toml')], {
    ready: /containerd successfully booted/,
    outputFile: join(folder, 'output.log'),
    errorFile: join(folder, 'error.log'),
  });
  return { socket, stop };
}

/** A Docker engine of our own over that containerd, without network and with the storage that works everywhere. */
export async function startDockerd(folder: string, containerd: Daemon): Promise<Daemon> {
  await mkdir(folder, { recursive: true });
  const socket = join(folder, 'docker.sock');
  const { stop } = await startInBackground(
    'dockerd',
    [
      '--iptables=false', '--ip6tables=false', '--bridge=none', '--storage-driver=vfs', `--containerd=${containerd.socket}`,
      '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'docker.pid'), '-H', `unix://${socket}`,
    ],
    { ready: /API listen on/, outputFile: join(folder, 'output.log'), errorFile: join(folder, 'error.log') },
  );
  return { socket, stop };
}
