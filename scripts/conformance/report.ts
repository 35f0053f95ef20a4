export type Result = 'passed' | 'failed' | 'skipped';

/** One check of the suite. */
export interface Check {
  /** The part of the suite it belongs to, such as `Push` or `sha512 blobs`. */
  readonly group: string;
  readonly name: string;
  readonly result: Result;
}

/** How the suites of the specification name their checks: up to v1.1.1 by workflow, afterwards by path. */
const names = [/^OCI Distribution Conformance Tests (Pull|Push|Content Discovery|Content Management) (.+)$/, /^OCI Conformance Test\/([^/]+)\/?(.*)$/];

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#34': '"', '#39': "'" };

/** Reads the JUnit report that the suites write. Set-up of the test program itself is left out. */
export function readReport(xml: string): Check[] {
  const checks: Check[] = [];
  for (const [, attributes = ''] of xml.matchAll(/<testcase ([^>]*)>/g)) {
    const full = attribute(attributes, 'name');
    const [, group, name] = names.map((pattern) => pattern.exec(full)).find((match) => match !== null) ?? [];
    if (group !== undefined) checks.push({ group, name: name || group, result: resultOf(attribute(attributes, 'status')) });
  }
  return checks;
}

function attribute(attributes: string, name: string): string {
  const value = new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return value.replace(/&([a-z]+|#[0-9]+);/g, (whole, entity: string) => entities[entity] ?? whole);
}

/** Whatever is neither passed nor skipped failed: `failed`, `failure`, `error`, `panicked`, `interrupted`. */
function resultOf(status: string): Result {
  return status === 'passed' || status === 'skipped' ? status : 'failed';
}

export type Counts = Readonly<Record<Result, number>>;

export function count(checks: readonly Check[]): Counts {
  const of = (result: Result): number => checks.filter((check) => check.result === result).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}
