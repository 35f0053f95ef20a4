import { join } from 'node:path';
import { runCommand } from '../../../scripts/local/run-command.js';
import type { Digest } from '../../../shared/digest.js';
import { keepsConfigs, type Place, type Row, type Seen } from './row.js';

const docker = ({ docker: { socket } }: Place, ...args: string[]): Promise<string> => runCommand('docker', ['-H', `unix://${socket}`, ...args]);

interface Inspected {
  readonly Id: Digest;
  readonly RepoTags: readonly string[];
  readonly RootFS: { readonly Layers: readonly Digest[] };
}

export const dockerRow: Row = {
  title: 'docker load / save',
  programs: { docker: ['--version'], dockerd: ['--version'] },
  nameFrom: 'archive',
  remark: 'with graph drivers reads manifest.json alone and keeps one platform',
  takes: [
    { format: 'universal', keeps: keepsConfigs },
    { format: 'docker', keeps: keepsConfigs },
    { format: 'docker-uncompressed', keeps: keepsConfigs },
  ],
  async take(archive, { name }, place): Promise<Seen> {
    // Of another test; docker keeps one store for all.
    await docker(place, 'image', 'rm', '--force', name).catch(() => undefined);
    await docker(place, 'load', '--quiet', '--input', archive);
    const [found] = JSON.parse(await docker(place, 'image', 'inspect', name)) as Inspected[];
    return { names: found!.RepoTags, config: found!.Id, diffIds: found!.RootFS.Layers };
  },
  exports: [
    {
      title: 'docker save',
      keeps: keepsConfigs,
      async run({ name }, place) {
        const file = join(place.folder, 'docker-save.tar');
        await docker(place, 'save', '--output', file, name);
        return file;
      },
    },
  ],
};
