import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultOf, rowStart, writePage } from '../../../scripts/faults/page.js';
import { readReport } from '../../../scripts/faults/run-suite.js';
import { faults } from '../../faults/list.js';
import type { Section } from '../../faults/row.js';

const assertion = (title: string, status: string) => ({ ancestorTitles: ['a group'], title, status });
const report = {
  testResults: [{ name: '/project/test/unit/some.test.ts', assertionResults: [assertion('goes well', 'passed'), assertion('goes wrong', 'failed'), assertion('twice', 'failed'), assertion('twice', 'passed'), assertion('skipped', 'pending')] }],
};
const proof = (title: string, file = 'test/unit/some.test.ts') => ({ file, title: `a group > ${title}` });
const sections: readonly Section[] = [
  {
    title: 'Some',
    rows: [
      { fault: 'a `<b>` | c', expected: 'told', proof: proof('goes well') },
      { fault: 'two', expected: 'told', proof: proof('goes wrong') },
      { fault: 'three', expected: 'told', proof: proof('twice') },
      { fault: 'four', expected: 'told', proof: proof('skipped') },
      { fault: 'five', expected: 'told', proof: proof('goes well', 'test/long/some.test.ts') },
      { fault: 'six', expected: 'told', proof: { notYet: 'nobody has built it' } },
    ],
  },
];

describe('the page of faults', () => {
  const outcomes = readReport(report, '/project');

  it('marks what passed alone as passed: what failed, was skipped or is not in the report is not', () => {
    expect(sections[0]!.rows.map((row) => resultOf(row, outcomes, ['unit']))).toEqual(['passed', 'failed', 'failed', 'failed', 'not run', 'not yet']);
    expect(resultOf({ proof: proof('is nowhere') }, outcomes, ['unit'])).toBe('failed');
  });

  it('has a line for each fault, with its test or the reason why there is none', () => {
    const page = writePage(sections, outcomes, ['unit']);
    expect(page).toContain('Of 6 faults: 1 passed, 3 failed, 1 not run, 1 not yet.');
    expect(page).toContain('| a `<b>` \\| c | told | unit/some: *a group \\> goes well* | ✅ |');
    expect(page).toContain('| two | told | unit/some: *a group \\> goes wrong* | ❌ failed |');
    expect(page).toContain('| six | told | nobody has built it | not yet |');
  });

  it('in docs/ has a line for every fault of the list and for no other', () => {
    const page = readFileSync('docs/faults.md', 'utf8');
    const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| Fault |'));
    expect(lines.map((line) => line.split(' | ').slice(0, 2).join(' | '))).toEqual(faults.flatMap(({ rows }) => rows.map((row) => `| ${rowStart(row).join(' | ')}`)));
  });
});
