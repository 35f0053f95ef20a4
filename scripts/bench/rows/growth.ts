import { holdsBytes } from '../check.js';
import { median } from '../measure.js';
import { inScratch, measureOurs, withGenerated } from '../ours.js';
import type { Bench, Outcome, Row } from '../row.js';
import { runsOf } from '../work.js';

const gibibyte = 1024 ** 3;
const layerBytes = 10_000;
/** What the last step costs a unit, beside the first: more than this is no straight line any more. */
const tolerance = 1.25;
const usualRuns = 3;

interface Step {
  /** GiB, or layers. */
  readonly units: number;
  readonly layers: readonly number[];
}

/** Twice as much must take twice as long, and no longer. */
export const growthRows: readonly Row[] = [
  {
    name: 'growth-layers',
    title: 'pull of 10, 100 and 500 layers of 10 kB',
    seconds: () => 20,
    measure: (bench) => grow('growth-layers: pull of', 'layer', 1000, 'ms', [10, 100, 500].map((units) => ({ units, layers: Array<number>(units).fill(layerBytes) })), bench),
  },
  {
    name: 'growth-bytes',
    title: 'pull of 1, 4 and 16 GiB in one layer',
    isHuge: true,
    seconds: () => 240,
    measure: (bench) => grow('growth-bytes: pull of', 'GiB', 1, 's', [1, 4, 16].map((units) => ({ units, layers: [(units * gibibyte * bench.mebibytes) / 1024] })), bench),
  },
];

async function grow(work: string, unit: string, factor: number, scale: string, steps: readonly Step[], bench: Bench): Promise<Outcome> {
  const images = steps.map(({ units, layers }) => ({ repository: `of-${units}`, tags: 1, layers }));
  return withGenerated(images, bench, async ({ host }) => {
    const seconds: number[] = [];
    for (const { units, layers } of steps) {
      const runs: number[] = [];
      for (let run = 0; run < runsOf(bench.runs, usualRuns); run += 1) {
        runs.push(await inScratch(bench, async (scratch) => {
          const measured = await measureOurs(bench, ['pull', `${host}/of-${units}:0`, '--quiet'], scratch);
          await holdsBytes(scratch.home, layers.reduce((sum, bytes) => sum + bytes, 0));
          return measured.seconds;
        }));
      }
      seconds.push(median(runs));
      bench.say(`  ${units} ${unit}: ${seconds.at(-1)!.toFixed(2)} s`);
    }
    const slope = (from: number): number => (seconds[from + 1]! - seconds[from]!) / (steps[from + 1]!.units - steps[from]!.units);
    const [early, late] = [slope(0), slope(1)];
    const list = (of: readonly (string | number)[]): string => of.join(', ');
    return {
      verdicts: [{
        work: `${work} ${list(steps.map(({ units }) => units))} ${unit}${unit === 'layer' ? 's' : ''}`,
        target: `the last ${unit} costs as much as the first, within 25 %`,
        longshore: `${list(seconds.map((value) => value.toFixed(2)))} s: ${(early * factor).toFixed(2)}, then ${(late * factor).toFixed(2)} ${scale} each`,
        peer: '',
        ratio: (late / early).toFixed(2),
        met: late <= early * tolerance,
      }],
    };
  });
}
