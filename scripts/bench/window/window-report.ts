import { median } from '../measure.js';
import type { WindowResult } from './measure-window.js';
import { tagCount } from './seed.js';

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly isMet: boolean;
}

const targets = {
  /** Over bare Electron, of the same run. */
  readyMilliseconds: 150,
  mebibytes: 60,
  keyMilliseconds: 50,
  longTasks: 0,
  /** Of the heap, from the early page to the late. */
  growth: 0.1,
};

const spread = (values: readonly number[]): string => `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;

/** What was measured beside what is wanted. */
export function rowsOf({ ours, bare, filter, scrolling, heaps }: WindowResult): readonly Row[] {
  const ready = [ours, bare].map((starts) => starts.map(({ readyMilliseconds }) => readyMilliseconds)) as [number[], number[]];
  const memory = [ours, bare].map((starts) => starts.map(({ mebibytes }) => mebibytes)) as [number[], number[]];
  const over = ([mine, theirs]: readonly [number[], number[]]): number => median(mine) - median(theirs);
  const [early, late] = heaps;
  const growth = late.mebibytes / early.mebibytes - 1;
  return [
    { what: 'window ready, ms', measured: `${spread(ready[0])}; bare Electron ${spread(ready[1])}: ${over(ready).toFixed(0)} more`, target: `${targets.readyMilliseconds} more`, isMet: over(ready) <= targets.readyMilliseconds },
    { what: 'memory at rest, MiB', measured: `${spread(memory[0])}; bare Electron ${spread(memory[1])}: ${over(memory).toFixed(0)} more`, target: `${targets.mebibytes} more`, isMet: over(memory) <= targets.mebibytes },
    ...filter.map(({ by, keys }) => ({ what: `filter key to rows, by ${by}, ms`, measured: spread(keys), target: `under ${targets.keyMilliseconds}`, isMet: median(keys) < targets.keyMilliseconds })),
    {
      what: 'long tasks while scrolling',
      measured: `${scrolling.longTasks.length}${scrolling.longTasks.length > 0 ? `, the longest ${Math.max(...scrolling.longTasks).toFixed(0)} ms` : ''}; ${scrolling.seconds} s, ${scrolling.rows.toLocaleString('en')} rows`,
      target: 'none over 50 ms',
      isMet: scrolling.longTasks.length <= targets.longTasks,
    },
    {
      what: "heap of the page's scripts, MiB",
      measured: `${early.mebibytes.toFixed(2)} after ${early.changes} page changes, ${late.mebibytes.toFixed(2)} after ${late.changes}: ${(growth * 100).toFixed(1)} %; elements ${early.nodes} and ${late.nodes}; compiled code ${early.codeMebibytes.toFixed(2)} and ${late.codeMebibytes.toFixed(2)}`,
      target: `within ${targets.growth * 100} %`,
      isMet: Math.abs(growth) <= targets.growth,
    },
  ];
}

/** Its part of docs/benchmarks.md. */
export function windowSection(result: WindowResult, electron: string): string[] {
  const { seeded } = result;
  return [
    '## The window',
    '',
    `As built in dist/, not packaged, on Electron ${electron} under Xvfb. A profile that was used before, with three accounts and a repository of`,
    `${tagCount.toLocaleString('en')} tags, which a registry on this machine has, too. Medians; in brackets the least and the most. *Ready* is from the start of the`,
    `process to the paint of the largest content, which is the page with its accounts: nothing is painted before. ${result.ours.length} starts take turns with as`,
    'many of the barest application there is: a window with one word. *Memory* is the proportional set size of all processes after 5 s of',
    'rest. *Key to rows* is from a key in the filter to the paint of the right count and the right rows, none still to come; the wanted time is',
    'that of the median. Heaps are compared at the same page, after a collection, without what V8 compiled of the scripts: that grows for a',
    'while with whatever runs often, and is said beside them. A target that was missed is said to be; nothing else',
    `happens, since a machine that does other work misses them, too. The names of all tags were entered in ${seeded.namesSeconds.toFixed(1)} s, their details in ${seeded.detailsSeconds.toFixed(1)} s.`,
    '',
    ...[['', 'measured', 'wanted', 'met'], ['---', '---', '---', '---'], ...rowsOf(result).map(({ what, measured, target, isMet }) => [what, measured, target, isMet ? 'yes' : '**no**'])].map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ];
}
