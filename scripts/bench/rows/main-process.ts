import { runCommand } from '../../local/run-command.js';
import type { GeneratedImage } from '../../local/generating-registry.js';
import { holdsBytes } from '../check.js';
import { median } from '../measure.js';
import { inScratch, withGenerated } from '../ours.js';
import type { Bench, Row } from '../row.js';
import { runsOf } from '../work.js';
import { processEntry } from '../start-process.js';
import type { TransfersResult, TransfersWork } from '../transfers-process.js';

const mebibyte = 1024 * 1024;
const layers = 8;
const mostDelay = 20;
/** Large enough for threads of its own. */
const first: GeneratedImage = { repository: 'first', tags: 1, layers: [8 * mebibyte] };
const jobs = 20;

/** Transfers as the window's main process runs them, without a window. */
export const mainProcessRows: readonly Row[] = [
  {
    name: 'event-loop',
    title: 'the event loop of a process like the window’s during a pull at full speed',
    seconds: (runs) => 3 * runsOf(runs),
    measure(bench) {
      const image: GeneratedImage = { repository: 'image', tags: 1, layers: Array<number>(layers).fill((bench.mebibytes * mebibyte) / layers) };
      return withGenerated([first, image], bench, async ({ host }) => {
        const results: TransfersResult[] = [];
        for (let run = 0; run < runsOf(bench.runs); run += 1) {
          const result = await runTransfers(host, [image], bench);
          bench.say(`  ${result.seconds.toFixed(2)} s, p99 ${result.delayP99.toFixed(1)} ms, most ${result.delayMost.toFixed(1)} ms`);
          results.push(result);
        }
        const p99 = median(results.map(({ delayP99 }) => delayP99));
        return {
          verdicts: [{
            work: `event-loop: a pull of ${bench.mebibytes} MiB at full speed in a process like the window's`,
            target: `p99 of the delay under ${mostDelay} ms`,
            longshore: `${p99.toFixed(1)} ms, most ${Math.max(...results.map(({ delayMost }) => delayMost)).toFixed(1)} ms; ${median(results.map(({ seconds }) => seconds)).toFixed(2)} s`,
            peer: '',
            ratio: '',
            met: p99 < mostDelay,
          }],
        };
      });
    },
  },
  {
    name: 'jobs',
    title: '20 jobs at once',
    seconds: () => 10,
    measure(bench) {
      const size = Math.round((bench.mebibytes * mebibyte) / jobs);
      const images = Array.from({ length: jobs }, (_, at): GeneratedImage => ({ repository: `job-${at}`, tags: 1, layers: [size] }));
      return withGenerated([first, ...images], bench, async ({ host }) => {
        const { seconds, delayP99 } = await runTransfers(host, images, bench);
        return {
          verdicts: [{
            work: `jobs: ${jobs} pulls of ${Math.round(size / mebibyte)} MiB asked for at once`,
            target: `all done, p99 of the delay under ${mostDelay} ms`,
            longshore: `${seconds.toFixed(2)} s, ${delayP99.toFixed(1)} ms`,
            peer: '',
            ratio: '',
            met: delayP99 < mostDelay,
          }],
        };
      });
    },
  },
];

/** Pulls everything that a registry generates. */
function runTransfers(host: string, images: readonly GeneratedImage[], bench: Bench): Promise<TransfersResult> {
  return inScratch(bench, async ({ home }) => {
    const work: TransfersWork = { home, host, first: first.repository, repositories: images.map(({ repository }) => repository) };
    const result = JSON.parse(await runCommand(process.execPath, [processEntry, 'transfers', JSON.stringify(work)], { signal: bench.signal })) as TransfersResult;
    await holdsBytes(home, images.flatMap(({ layers }) => layers).reduce((sum, bytes) => sum + bytes, 0));
    return result;
  });
}
