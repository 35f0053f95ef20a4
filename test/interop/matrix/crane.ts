import { join } from 'node:path';
import { runCommand } from '../../../scripts/local/run-command.js';
import { digestOf } from '../../../main/image/digest.js';
import { parseDigest } from '../../../shared/digest.js';
import { findTool } from '../find-tool.js';
import { keepsConfigs, keepsDigests, type Place, type Row, type Seen } from './row.js';
import type { Sample } from './samples.js';

const crane = (...args: string[]): Promise<string> => runCommand(findTool('crane') ?? 'crane', args);

const repositoryOf = ({ registry: { host }, id }: Place, { repository }: Sample): string => `${host}/${id}/${repository}`;
/** What crane pulls keeps this name. */
const referenceOf = (place: Place, sample: Sample): string => `${repositoryOf(place, sample)}:${sample.tag}`;

/** crane keeps nothing itself: it pushes an archive, and pulls to one. */
async function look(place: Place, sample: Sample): Promise<Seen> {
  const tags = (await crane('ls', repositoryOf(place, sample))).trim().split('\n');
  const reference = referenceOf(place, sample);
  return {
    names: tags.map((tag) => `registry.example.com/${sample.repository}:${tag}`),
    root: parseDigest((await crane('digest', reference)).trim()),
    ...(sample.kind !== 'artifact' && { config: digestOf(await crane('config', reference)) }),
  };
}

export const craneRows: readonly Row[] = [
  {
    title: 'crane push / pull, tarball',
    programs: { crane: ['version'] },
    needsGo: true,
    nameFrom: 'command line',
    remark: 'reads and writes manifest.json, which is for one platform',
    takes: [
      { format: 'universal', keeps: keepsConfigs },
      { format: 'docker', keeps: keepsConfigs },
      { format: 'docker-uncompressed', keeps: keepsConfigs },
    ],
    async take(archive, sample, place): Promise<Seen> {
      await crane('push', archive, referenceOf(place, sample));
      return look(place, sample);
    },
    exports: [
      {
        title: 'crane pull',
        keeps: keepsConfigs,
        nameIn: (sample, place) => referenceOf(place, sample),
        async run(sample, place) {
          const file = join(place.folder, 'crane.tar');
          await crane('pull', referenceOf(place, sample), file);
          return file;
        },
      },
    ],
  },
  {
    title: 'crane push / pull, OCI layout',
    programs: { crane: ['version'] },
    needsGo: true,
    nameFrom: 'command line',
    takes: [{ format: 'oci-dir', keeps: keepsDigests }],
    async take(archive, sample, place): Promise<Seen> {
      await crane('push', archive, referenceOf(place, sample));
      return look(place, sample);
    },
    exports: [
      {
        title: 'crane pull --format=oci',
        keeps: keepsDigests,
        nameIn: (sample, place) => referenceOf(place, sample),
        async run(sample, place) {
          const folder = join(place.folder, 'crane-oci');
          await crane('pull', '--format=oci', '--annotate-ref', referenceOf(place, sample), folder);
          return folder;
        },
      },
    ],
  },
];
