import { expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { median, type Measurement } from '../../../scripts/bench/measure.js';
import { formatReport, ratioOf, worksSection, type Result } from '../../../scripts/bench/report.js';
import { works } from '../../../scripts/bench/works.js';
import type { BenchImage } from '../../../scripts/bench/image.js';

const runsOf = (...seconds: number[]): Measurement[] => seconds.map((value) => ({ seconds: value, processorSeconds: value / 2, mebibytes: value * 10 }));

const result: Result = { work: works[0]!, runs: { longshore: runsOf(9, 3, 1), crane: runsOf(2, 2, 2), regctl: runsOf(1.5, 8, 1), skopeo: runsOf(4, 4, 4) } };

test('the median is the middle run, or lies between the two in the middle', () => {
  expect([median([9, 1, 3]), median([4, 1, 2, 9]), median([5])]).toEqual([3, 3, 5]);
});

test('the ratio compares our median with that of the best peer', () => {
  expect(ratioOf(result, 'seconds')).toBe(2);
});

test('the report shows every tool, the ratio, the spread, and that the machine was busy', () => {
  const tool = { command: ['tool'], version: '1.2.3' };
  const tools = { longshore: tool, crane: tool, regctl: tool, skopeo: tool };
  const blob = { mediaType: 'application/octet-stream', digest: digestOf('blob'), size: 4 };
  const image: BenchImage = { layout: '', manifest: blob, config: blob, layers: [blob], contentBytes: 5e8 };
  const report = formatReport({ sections: worksSection({ results: [result], image, tools, runs: 3, registry: 'docker-registry 2.8', helpSeconds: 0.123 }), loadBefore: 1000 });
  expect(report).toContain('| pull: registry → library, or OCI layout | 3.00 (1.00–9.00) | 2.00 (2.00–2.00) | 1.50 (1.00–8.00) | 4.00 (4.00–4.00) | 2.00 |');
  expect(report).toContain('the machine was busy');
  expect(report).toContain('takes 123 ms');
});
