import type { Result } from './compare.js';
import { median, type Measurement } from './measure.js';
import type { Verdict } from './row.js';
import { isPeer, type Contestant, type Goal } from './work.js';

export type Column = keyof Measurement;

/** The median of one contestant; undefined where it took no part. */
export function medianOf({ runs }: Result, name: Contestant, column: Column): number | undefined {
  const of = runs[name];
  return of && of.length > 0 ? median(of.map((run) => run[column])) : undefined;
}

/** The peer with the least. */
export function bestPeer(result: Result, column: Column): Contestant | undefined {
  const peers = (Object.keys(result.runs) as Contestant[]).filter((name) => isPeer(name) && medianOf(result, name, column) !== undefined);
  return peers.sort((a, b) => medianOf(result, a, column)! - medianOf(result, b, column)!)[0];
}

/** Our median beside that of the goal's peer: 1.00 is as good, 2.00 takes twice as much. */
export function ratioOf(result: Result, { of = 'longshore', against }: Pick<Goal, 'of' | 'against'>, column: Column = 'seconds'): number | undefined {
  const peer = against === 'best' ? bestPeer(result, column) : against;
  const [ours, theirs] = [medianOf(result, of, column), peer && medianOf(result, peer, column)];
  return ours !== undefined && theirs !== undefined ? ours / theirs : undefined;
}

/** One line for each goal of a work. */
export function verdictsOf(result: Result): Verdict[] {
  const { work } = result;
  return work.goals.map((goal) => {
    const { of = 'longshore', against, words, most } = goal;
    const peer = against === 'best' ? bestPeer(result, 'seconds') : against;
    const [ours, theirs, ratio] = [medianOf(result, of, 'seconds'), peer && medianOf(result, peer, 'seconds'), ratioOf(result, goal)];
    const synced = of === 'longshore' ? medianOf(result, 'synced', 'seconds') : undefined;
    return {
      work: `${work.name}: ${work.title}`,
      target: words,
      longshore: ours === undefined ? absence(of) : `${ours.toFixed(2)} s${synced === undefined ? '' : ` (synced ${synced.toFixed(2)} s)`}`,
      peer: theirs === undefined ? '' : `${peer} ${theirs.toFixed(2)} s`,
      ratio: ratio === undefined ? '' : ratio.toFixed(2),
      // A package need not have been made; a work that we cannot do is not done.
      met: ratio !== undefined ? ratio <= most : of === 'packaged' ? undefined : false,
    };
  });
}

const absence = (of: Contestant): string => (of === 'packaged' ? 'skipped: no package in release/' : 'not there');
