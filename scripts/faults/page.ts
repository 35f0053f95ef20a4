import type { Proof, Row, Section } from '../../test/faults/row.js';
import { keyOf } from './run-suite.js';
import { suiteOf } from './suite-of.js';

type Outcomes = ReadonlyMap<string, 'passed' | 'failed'>;
type Result = 'passed' | 'failed' | 'not run' | 'not yet';

const introduction = `# What Longshore survives

Written by \`npm run faults\` from what ran; do not edit.

Registries, networks, archives and disks go wrong in known ways. Each line is one of them: what goes wrong, what must
happen, and the test that makes it happen. \`test/faults/\` holds the list; a line without a test says why.
`;

/** The text of docs/faults.md. */
export function writePage(sections: readonly Section[], outcomes: Outcomes, suites: readonly string[]): string {
  const counted = sections.flatMap(({ rows }) => rows.map((row) => resultOf(row, outcomes, suites)));
  const summary = (['passed', 'failed', 'not run', 'not yet'] as const).flatMap((result) => {
    const count = counted.filter((each) => each === result).length;
    return count > 0 ? [`${count} ${result}`] : [];
  });
  return [introduction, `Of ${counted.length} faults: ${summary.join(', ')}.`, '', ...sections.map((section) => tableOf(section, outcomes, suites))].join('\n');
}

function tableOf({ title, rows }: Section, outcomes: Outcomes, suites: readonly string[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    line(['Fault', 'What must happen', 'Shown by', '']),
    line(['---', '---', '---', '---']),
    ...rows.map((row) => line([...rowStart(row), shownBy(row.proof), mark(resultOf(row, outcomes, suites))])),
    '',
  ].join('\n');
}

/** The cells that do not depend on what ran. */
export const rowStart = ({ fault, expected }: Row): [string, string] => [cell(fault), cell(expected)];

/** A test that was wanted and is not in the report counts as failed. */
export function resultOf({ proof }: Pick<Row, 'proof'>, outcomes: Outcomes, suites: readonly string[]): Result {
  if ('notYet' in proof) return 'not yet';
  if (!suites.includes(suiteOf(proof.file))) return 'not run';
  return outcomes.get(keyOf(proof)) ?? 'failed';
}

const mark = (result: Result): string => ({ passed: '✅', failed: '❌ failed', 'not run': 'not run', 'not yet': 'not yet' })[result];

const shownBy = (proof: Proof | { readonly notYet: string }): string => ('notYet' in proof ? cell(proof.notYet) : `${proof.file.replace('test/', '').replace('.test.ts', '')}: *${cell(proof.title)}*`);

/** Text as Markdown shows it in a table; what stands in backticks is as it should be. */
const cell = (text: string): string => text.replace(/`[^`]*`|[|*_<>\\]/g, (found) => (found.startsWith('`') ? found : `\\${found}`));
