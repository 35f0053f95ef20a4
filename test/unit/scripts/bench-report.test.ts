import { expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import type { Result } from '../../../scripts/bench/compare.js';
import { works } from '../../../scripts/bench/comparisons.js';
import type { BenchImage } from '../../../scripts/bench/image.js';
import { median, type Measurement } from '../../../scripts/bench/measure.js';
import { engineSection, formatReport } from '../../../scripts/bench/report.js';
import { allRows } from '../../../scripts/bench/rows/all-rows.js';
import { ratioOf, verdictsOf } from '../../../scripts/bench/verdict.js';
import { noSlower, packagedGoal, type Goal } from '../../../scripts/bench/work.js';

const runsOf = (...seconds: number[]): Measurement[] => seconds.map((value) => ({ seconds: value, processorSeconds: value / 2, mebibytes: value * 10, writtenMebibytes: 0 }));

function resultWith(goals: readonly Goal[], runs: Result['runs'] = {}): Result {
  return {
    work: { ...works[0]!, name: 'pull', title: 'registry → library', goals },
    runs: { longshore: runsOf(9, 3, 1), crane: runsOf(2, 2, 2), regctl: runsOf(1.5, 8, 1), skopeo: runsOf(4, 4, 4), ...runs },
  };
}

test('the median is the middle run, or lies between the two in the middle', () => {
  expect([median([9, 1, 3]), median([4, 1, 2, 9]), median([5])]).toEqual([3, 3, 5]);
});

test('a ratio compares our median with that of the best peer, or of the one that is named', () => {
  const result = resultWith([]);
  expect([ratioOf(result, { against: 'best' }), ratioOf(result, { against: 'skopeo' }), ratioOf(result, { against: 'best' }, 'mebibytes')]).toEqual([2, 0.75, 2]);
});

test('a goal is met up to its ratio and missed beyond it', () => {
  const met = (...seconds: number[]): (boolean | undefined)[] => verdictsOf(resultWith([noSlower, { words: 'twice as fast', against: 'skopeo', most: 0.5 }], { longshore: runsOf(...seconds) })).map((verdict) => verdict.met);
  expect([met(1.5), met(1.575), met(1.6), met(2), met(2.1)]).toEqual([[true, true], [true, true], [false, true], [false, true], [false, false]]);
});

test('our run with the sync is shown beside the one without, and never taken for a peer', () => {
  expect(verdictsOf(resultWith([noSlower], { synced: runsOf(0.5) }))).toEqual([
    { work: 'pull: registry → library', target: 'no slower than the fastest', longshore: '3.00 s (synced 0.50 s)', peer: 'regctl 1.50 s', ratio: '2.00', met: false },
  ]);
});

test('a package that was not made is skipped with a word, what we cannot do is not met', () => {
  const [packaged] = verdictsOf(resultWith([packagedGoal]));
  expect(packaged).toMatchObject({ longshore: 'skipped: no package in release/', ratio: '', met: undefined });
  expect(verdictsOf({ ...resultWith([noSlower]), runs: {} })).toEqual([expect.objectContaining({ longshore: 'not there', peer: '', ratio: '', met: false })]);
});

test('the report shows each target, whether it is met, every tool with its spread, and that the machine was busy', () => {
  const tool = { command: ['tool'], version: '1.2.3' };
  const blob = { mediaType: 'application/octet-stream', digest: digestOf('blob'), size: 4 };
  const image: BenchImage = { layout: '', manifest: blob, config: blob, layers: [blob], contentBytes: 5e8 };
  const result = resultWith([noSlower]);
  const outcomes = [
    { verdicts: verdictsOf(result), result },
    { verdicts: [{ work: 'memory', target: 'the same', longshore: 'skipped: the disk is full', peer: '', ratio: '', met: undefined }] },
  ];
  const section = engineSection({
    outcomes, image, runs: 3, links: ['40 ms: measured 41 ms'], registry: 'docker-registry 2.8', helpSeconds: 0.123,
    tools: { longshore: tool, crane: tool, regctl: tool, skopeo: tool },
    abilities: { noSync: false, plainFormat: undefined, dryRun: false },
  });
  const report = formatReport({ sections: section, loadBefore: 1000 });
  expect(report).toContain('| pull: registry → library | no slower than the fastest | 3.00 s | regctl 1.50 s | 2.00 | **no** |');
  expect(report).toContain('| memory | the same | skipped: the disk is full |  |  | – |');
  expect(report).toContain('| pull | 3 | 3.00 (1.00–9.00) | 2.00 (2.00–2.00) | 1.50 (1.00–8.00) | 4.00 (4.00–4.00) | 2.00 |');
  expect(report).toContain('- a slow link: 40 ms: measured 41 ms');
  expect(report).toContain('the machine was busy');
  expect(report).toContain('takes 123 ms');
});

test('every row has a name of its own, and every comparison a target', () => {
  const names = allRows.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(works.filter(({ goals }) => goals.length === 0)).toEqual([]);
});
