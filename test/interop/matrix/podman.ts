import { join } from 'node:path';
import { runCommand } from '../../../scripts/local/run-command.js';
import type { Digest } from '../../../shared/digest.js';
import { keepsConfigs, type Export, type Keeps, type Place, type Row, type Seen } from './row.js';

const podman = ({ folder }: Place, ...args: string[]): Promise<string> =>
  runCommand('podman', ['--root', join(folder, 'podman'), '--runroot', join(folder, 'podman-run'), '--storage-driver', 'vfs', ...args]);

interface Inspected {
  readonly Id: string;
  readonly Digest: Digest;
  readonly RepoTags: readonly string[];
  readonly RootFS: { readonly Layers: readonly Digest[] };
}

const exportAs = (format: 'docker-archive' | 'oci-archive', keeps: Keeps): Export => ({
  title: `podman save --format ${format}`,
  keeps,
  async run({ name }, place) {
    const file = join(place.folder, `podman-${format}.tar`);
    await podman(place, 'save', '--quiet', '--format', format, '--output', file, name);
    return file;
  },
});

export const podmanRow: Row = {
  title: 'podman load / save',
  programs: { podman: ['--version'] },
  nameFrom: 'archive',
  remark: "unpacks what it takes, keeps one platform, compresses anew; makes an OCI config of a Docker image's for an oci-archive; names the image of a folder after the folder",
  takes: [
    { format: 'universal', keeps: keepsConfigs },
    { format: 'docker', keeps: keepsConfigs },
    { format: 'docker-uncompressed', keeps: keepsConfigs },
    { format: 'oci', keeps: keepsConfigs },
  ],
  async take(archive, { name }, place): Promise<Seen> {
    await podman(place, 'load', '--quiet', '--input', archive);
    const [found] = JSON.parse(await podman(place, 'image', 'inspect', name)) as Inspected[];
    return { names: found!.RepoTags, config: `sha256:${found!.Id}`, diffIds: found!.RootFS.Layers };
  },
  exports: [exportAs('docker-archive', keepsConfigs), exportAs('oci-archive', { ...keepsConfigs, docker: 'layers' })],
};
