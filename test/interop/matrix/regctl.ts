import { join } from 'node:path';
import { runCommand } from '../../../scripts/local/run-command.js';
import { digestOf } from '../../../main/image/digest.js';
import { findTool } from '../find-tool.js';
import { keepsConfigs, keepsDigests, type Place, type Row, type Seen } from './row.js';
import type { Sample } from './samples.js';

const regctl = (...args: string[]): Promise<string> => runCommand(findTool('regctl') ?? 'regctl', args);
const referenceOf = ({ folder }: Place, { tag }: Sample): string => `ocidir://${join(folder, 'regctl')}:${tag}`;

export const regctlRow: Row = {
  title: 'regctl image import / export',
  programs: { regctl: ['version'] },
  needsGo: true,
  nameFrom: 'command line',
  takes: [
    { format: 'universal', keeps: keepsDigests },
    { format: 'docker', keeps: keepsConfigs },
    { format: 'oci', keeps: keepsDigests },
  ],
  async take(archive, sample, place): Promise<Seen> {
    const reference = referenceOf(place, sample);
    await regctl('image', 'import', '--name', sample.name, reference, archive);
    const tags = (await regctl('tag', 'ls', reference.slice(0, reference.lastIndexOf(':')))).trim().split('\n');
    const body = await regctl('manifest', 'get', '--format', 'raw-body', reference);
    const { config } = JSON.parse(body) as Partial<Record<'config', { digest: `sha256:${string}` }>>;
    return { names: tags.map((tag) => `registry.example.com/${sample.repository}:${tag}`), root: digestOf(body), ...(config && { config: config.digest }) };
  },
  exports: [
    {
      title: 'regctl image export',
      keeps: keepsDigests,
      async run(sample, place) {
        const file = join(place.folder, 'regctl.tar');
        await regctl('image', 'export', '--name', sample.name, referenceOf(place, sample), file);
        return file;
      },
    },
  ],
};
