import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAccessLog, sentBlobs } from '../access-log.js';
import { measure } from '../measure.js';
import { askManifest, inScratch, measureOurs, mostMebibytes, withGenerated } from '../ours.js';
import type { Bench, Row, Verdict } from '../row.js';

const mebibyte = 1024 * 1024;
/** 60 GB at `--size 1024`. */
const hugeTimes = 57;
const tags = 10_000;
/** The journal and the profile are written, too. */
const mostWritten = 8;

const huge = (bench: Bench): number => hugeTimes * bench.mebibytes * mebibyte;
const gigabytes = (bench: Bench): string => (huge(bench) / 1e9).toFixed(huge(bench) < 1e10 ? 1 : 0);

/** What is larger than anything usual. */
export const scaleRows: readonly Row[] = [
  {
    name: 'tags',
    title: 'plan of a repository of 10,000 tags',
    seconds: () => 30,
    async measure(bench) {
      const work = `tags: plan of ${tags} tags of a repository`;
      const target = `done in at most ${mostMebibytes} MiB`;
      if (!bench.abilities.dryRun) return { verdicts: [{ work, target, longshore: 'not there: pull has no --dry-run', peer: '', ratio: '', met: false }] };
      return withGenerated([{ repository: 'many', tags, layers: [1000] }], bench, ({ host, accessLog }) => inScratch(bench, async (scratch) => {
        const references = Array.from({ length: tags }, (_, at) => `${host}/many:${at}`);
        const { seconds, mebibytes } = await measureOurs(bench, ['pull', ...references, '--dry-run', '--quiet'], scratch);
        const asked = new Set((await readAccessLog(accessLog)).map(({ path }) => path).filter((path) => path.includes('/manifests/'))).size;
        if (asked < tags) throw new Error(`Of ${tags} manifests ${asked} were asked for.`);
        return { verdicts: [{ work, target, longshore: `${seconds.toFixed(2)} s, ${mebibytes.toFixed(0)} MiB`, peer: '', ratio: '', met: mebibytes <= mostMebibytes }] };
      }));
    },
  },
  {
    name: 'huge-copy',
    title: 'a layer of 60 GB, registry → registry',
    isHuge: true,
    seconds: () => 200,
    measure: (bench) => withHuge(bench, (source) => withGenerated([], bench, ({ host, accessLog }) => inScratch(bench, async (scratch) => {
      const run = await measureOurs(bench, ['copy', source, `${host}/bench/target:1`, '--quiet'], scratch);
      await askManifest(host, 'bench/target', '1');
      const sent = sentBlobs(await readAccessLog(accessLog)).length;
      if (sent !== 2) throw new Error(`The registry was sent ${sent} blobs of 2.`);
      return verdict(`huge-copy: a layer of ${gigabytes(bench)} GB, registry → registry`, run);
    }))),
  },
  {
    name: 'huge-stream',
    title: 'a layer of 60 GB, registry → standard output',
    isHuge: true,
    seconds: () => 200,
    measure: (bench) => withHuge(bench, (source) => inScratch(bench, async ({ folder, home }) => {
      const counted = join(folder, 'bytes');
      const command = [...bench.tools.longshore.command, 'save', source, '-o', '-', '--quiet'];
      const run = await measure(['sh', '-c', `"$@" | wc -c > ${counted}`, 'sh', ...command], { env: { ...process.env, LONGSHORE_HOME: home }, resultFile: join(folder, 'time'), signal: bench.signal });
      const bytes = Number(await readFile(counted, 'utf8'));
      if (bytes < huge(bench)) throw new Error(`Standard output was given ${bytes} bytes of ${huge(bench)}.`);
      return verdict(`huge-stream: a layer of ${gigabytes(bench)} GB, registry → standard output`, run);
    })),
  },
];

async function withHuge(bench: Bench, work: (source: string) => Promise<Verdict>): Promise<{ verdicts: readonly Verdict[] }> {
  return withGenerated([{ repository: 'huge', tags: 1, layers: [huge(bench)] }], bench, async ({ host }) => ({ verdicts: [await work(`${host}/huge:0`)] }));
}

function verdict(work: string, { seconds, mebibytes, writtenMebibytes }: Awaited<ReturnType<typeof measure>>): Verdict {
  return {
    work,
    target: `at most ${mostMebibytes} MiB of memory, nothing on a disk`,
    longshore: `${seconds.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB, ${writtenMebibytes.toFixed(1)} MiB written`,
    peer: '',
    ratio: '',
    met: mebibytes <= mostMebibytes && writtenMebibytes <= mostWritten,
  };
}
