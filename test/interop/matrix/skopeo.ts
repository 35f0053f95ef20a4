import { join } from 'node:path';
import { runCommand } from '../../../scripts/local/run-command.js';
import { digestOf } from '../../../main/image/digest.js';
import type { Digest } from '../../../shared/digest.js';
import { keepsConfigs, keepsDigests, type Place, type Row, type Seen } from './row.js';
import type { Sample } from './samples.js';

const skopeo = (...args: string[]): Promise<string> => runCommand('skopeo', ['--insecure-policy', ...args]);
const inspect = async (image: string, ...options: string[]): Promise<Digest> => digestOf(await skopeo('inspect', ...options, image));

/** What skopeo made of our archive, in its own plain folder. */
const taken = ({ folder }: Place): string => `dir:${join(folder, 'skopeo-dir')}`;
const takenLayout = ({ folder }: Place, { tag }: Sample): string => `oci:${join(folder, 'skopeo-oci')}:${tag}`;

const skopeoDockerArchive: Row = {
  title: 'skopeo docker-archive:',
  programs: { skopeo: ['--version'] },
  nameFrom: 'archive',
  remark: 'writes uncompressed layers',
  takes: [
    { format: 'universal', keeps: keepsConfigs },
    { format: 'docker', keeps: keepsConfigs },
    { format: 'docker-uncompressed', keeps: keepsConfigs },
  ],
  async take(archive, { name }, place): Promise<Seen> {
    await skopeo('copy', '--quiet', `docker-archive:${archive}:${name}`, taken(place));
    const { Tags: names } = JSON.parse(await skopeo('list-tags', `docker-archive:${archive}`)) as { Tags: string[] };
    return { names, config: await inspect(taken(place), '--config', '--raw') };
  },
  exports: [
    {
      title: 'skopeo copy … docker-archive:',
      keeps: keepsConfigs,
      async run({ name }, place) {
        const file = join(place.folder, 'skopeo-docker-archive.tar');
        await skopeo('copy', '--quiet', taken(place), `docker-archive:${file}:${name}`);
        return file;
      },
    },
  ],
};

const { docker: _, ...keepsOciDigests } = keepsDigests;

/** Both of OCI's transports; the name is the tag alone there, and choosing an image by it is skopeo's inspection of it. */
const skopeoLayout = (transport: 'oci-archive' | 'oci', takes: Row['takes'], target: string): Row => ({
  title: `skopeo ${transport}:`,
  programs: { skopeo: ['--version'] },
  nameFrom: 'archive',
  remark: 'finds OCI manifests alone by their tag (1.9): an image of Docker media types goes through docker-archive',
  takes,
  async take(archive, sample, place): Promise<Seen> {
    await skopeo('copy', '--quiet', '--all', `${transport}:${archive}:${sample.tag}`, takenLayout(place, sample));
    const root = await inspect(takenLayout(place, sample), '--raw');
    return { names: [sample.name], root, config: await inspect(takenLayout(place, sample), '--config', '--raw') };
  },
  exports: [
    {
      title: `skopeo copy … ${transport}:`,
      keeps: keepsOciDigests,
      async run(sample, place) {
        const path = join(place.folder, target);
        await skopeo('copy', '--quiet', '--all', takenLayout(place, sample), `${transport}:${path}:${sample.name}`);
        return path;
      },
    },
  ],
});

export const skopeoRows: readonly Row[] = [
  skopeoDockerArchive,
  skopeoLayout(
    'oci-archive',
    [
      { format: 'universal', keeps: keepsOciDigests },
      { format: 'oci', keeps: keepsOciDigests },
    ],
    'skopeo-oci-archive.tar',
  ),
  skopeoLayout('oci', [{ format: 'oci-dir', keeps: keepsOciDigests }], 'skopeo-oci-folder'),
];
