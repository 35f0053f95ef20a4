import { statfs } from 'node:fs/promises';
import { holdsBytes } from '../check.js';
import { inScratch, measureOurs, mostMebibytes, withGenerated } from '../ours.js';
import type { Bench, Row } from '../row.js';

const mebibyte = 1024 * 1024;
/** So many times the usual size. */
const times = 20;
const tolerance = 1.1;
/** The small one is pulled so often; the least of its peaks would flatter nobody but chance. */
const smallRuns = 3;
/** Others have to write, too. */
const reserve = 4 * 1024 * mebibyte;

/** Memory must not follow the size of what is moved. */
export const memoryRow: Row = {
  name: 'memory',
  title: 'peak memory of a pull, and of one 20 times as large',
  seconds: () => 150,
  async measure(bench) {
    const [small, large] = [bench.mebibytes * mebibyte, times * bench.mebibytes * mebibyte];
    const work = `memory: pull of one layer of ${bench.mebibytes} MiB, and of ${bench.mebibytes * times}`;
    const disk = await statfs(bench.folder);
    const free = disk.bavail * disk.bsize;
    if (free < large + reserve) {
      return { verdicts: [{ work, target: 'the same', longshore: `skipped: ${Math.round(free / 1024 ** 3)} GiB of disk are free`, peer: '', ratio: '', met: undefined }] };
    }
    const images = [{ repository: 'small', tags: 1, layers: [small] }, { repository: 'large', tags: 1, layers: [large] }];
    return withGenerated(images, bench, async ({ host }) => {
      const peaks: number[] = [];
      for (let run = 0; run < smallRuns; run += 1) peaks.push(await peakOf(`${host}/small:0`, small, bench));
      const [before, after] = [Math.max(...peaks), await peakOf(`${host}/large:0`, large, bench)];
      return {
        verdicts: [
          { work, target: 'within 10 % of each other', longshore: `${before.toFixed(0)} MiB, ${after.toFixed(0)} MiB`, peer: '', ratio: (after / before).toFixed(2), met: after <= before * tolerance },
          { work, target: `at most ${mostMebibytes} MiB`, longshore: `${Math.max(before, after).toFixed(0)} MiB`, peer: '', ratio: '', met: Math.max(before, after) <= mostMebibytes },
        ],
      };
    });
  },
};

function peakOf(reference: string, bytes: number, bench: Bench): Promise<number> {
  return inScratch(bench, async (scratch) => {
    const { mebibytes } = await measureOurs(bench, ['pull', reference, '--quiet'], scratch);
    await holdsBytes(scratch.home, bytes);
    bench.say(`  ${reference}: ${mebibytes.toFixed(0)} MiB`);
    return mebibytes;
  });
}
