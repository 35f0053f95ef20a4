import { compare } from './compare.js';
import type { Row } from './row.js';
import { verdictsOf } from './verdict.js';
import { runsOf, type Work } from './work.js';
import { diskWorks } from './works/disk.js';
import { registryWorks } from './works/registry.js';
import { slowWorks } from './works/slow.js';

export const works: readonly Work[] = [...diskWorks, ...registryWorks, ...slowWorks];

/** Each work beside the other tools. */
export const comparisons: readonly Row[] = works.map((work) => ({
  name: work.name,
  title: work.title,
  seconds: (runs) => work.roundSeconds * runsOf(runs, work.runs),
  async measure(bench) {
    const result = await compare(work, bench);
    return { verdicts: verdictsOf(result), result };
  },
}));
