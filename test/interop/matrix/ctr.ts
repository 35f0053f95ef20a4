import { join } from 'node:path';
import { runCommand } from '../../../scripts/local/run-command.js';
import { parseDigest, type Digest } from '../../../shared/digest.js';
import { keepsConfigs, keepsDigests, type Place, type Row, type Seen } from './row.js';

const ctr = ({ containerd: { socket }, id }: Place, ...args: string[]): Promise<string> => runCommand('ctr', ['--address', socket, '--namespace', id, ...args]);

/** REF TYPE DIGEST SIZE …, a line for each image. */
async function list(place: Place): Promise<{ name: string; digest: Digest }[]> {
  const [, ...lines] = (await ctr(place, 'images', 'ls')).trim().split('\n');
  return lines.map((line) => line.split(/\s+/)).map(([name = '', , digest]) => ({ name, digest: parseDigest(digest) }));
}

export const ctrRow: Row = {
  title: 'ctr images import / export',
  programs: { ctr: ['--version'] },
  nameFrom: 'archive',
  takes: [
    { format: 'universal', keeps: keepsDigests },
    { format: 'docker', keeps: keepsConfigs },
    { format: 'docker-uncompressed', keeps: keepsConfigs },
    { format: 'oci', keeps: keepsDigests },
  ],
  async take(archive, { name, kind }, place): Promise<Seen> {
    // An artifact has no root file system that could be unpacked.
    await ctr(place, 'images', 'import', '--all-platforms', ...(kind === 'artifact' ? ['--no-unpack'] : ['--snapshotter', 'native']), archive);
    const images = await list(place);
    const root = images.find((image) => image.name === name)?.digest;
    const manifest = root && (JSON.parse(await ctr(place, 'content', 'get', root)) as { config?: { digest: Digest } });
    return { names: images.map((image) => image.name), ...(root && { root }), ...(manifest?.config && { config: manifest.config.digest }) };
  },
  exports: [
    {
      title: 'ctr images export',
      keeps: keepsDigests,
      async run({ name }, place) {
        const file = join(place.folder, 'ctr.tar');
        await ctr(place, 'images', 'export', '--all-platforms', file, name);
        return file;
      },
    },
  ],
};
