import { count, type Check, type Counts } from './report.js';

/** What one registry made of one suite. */
export interface Column {
  readonly registry: string;
  readonly checks: readonly Check[];
}

export interface SuiteRun {
  /** File name and fingerprint of the binary. */
  readonly suite: string;
  readonly columns: readonly Column[];
}

const introduction = `# Conformance

The registry inside Longshore (\`longshore serve --push\`) is measured by the public conformance suite of the
[OCI distribution specification](https://github.com/opencontainers/distribution-spec). The suite is not part of this
project. To repeat it, build its binary by hand with Go:

    git clone https://github.com/opencontainers/distribution-spec && cd distribution-spec/conformance
    git checkout v1.1.1 && go test -c -o conformance-1.1.1 .   # the four workflows of 1.1
    git checkout main && go build -o conformance-next .        # the newer suite, set to 1.1
    OCI_CONFORMANCE=$PWD/conformance-1.1.1:$PWD/conformance-next npm run conformance

The run starts the registry on a library made for it, runs everything, and writes this page; it fails when a check fails.
Beside it stands Debian's docker-registry, measured the same way. Numbers are passed / failed / skipped checks.
`;

/** The text of docs/conformance.md. */
export function writePage(runs: readonly SuiteRun[]): string {
  return `${[introduction, ...runs.map(section)].join('\n')}`;
}

function section({ suite, columns }: SuiteRun): string {
  const groups = [...new Set(columns.flatMap(({ checks }) => checks.map(({ group }) => group)))];
  const row = (title: string, cells: readonly string[]): string => `| ${[title, ...cells].join(' | ')} |`;
  const table = [
    row('Group', columns.map(({ registry }) => registry)),
    row('---', columns.map(() => '---')),
    ...groups.map((group) => row(group, columns.map(({ checks }) => cell(count(checks.filter((check) => check.group === group)))))),
    row('**All**', columns.map(({ checks }) => `**${cell(count(checks))}**`)),
  ];
  return [`## ${suite}`, '', ...table, '', ...skips(columns[0])].join('\n');
}

function cell({ passed, failed, skipped }: Counts): string {
  return `${failed > 0 ? '✗ ' : ''}${passed} / ${failed} / ${skipped}`;
}

/** A skipped check proves nothing, so that each is named. */
function skips(column: Column | undefined): string[] {
  const skipped = column?.checks.filter(({ result }) => result === 'skipped') ?? [];
  if (skipped.length === 0) return [];
  const lines = skipped.map(({ group, name }) => `- ${group}: ${name}`);
  return [`Skipped by the suite against ${column?.registry}, each the other side of a choice of which only one can be run:`, '', ...lines, ''];
}
