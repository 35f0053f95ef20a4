import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Proof } from '../../test/faults/row.js';

/** What vitest's reporter `json` says of a file. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string }[];
  }[];
}

export const keyOf = ({ file, title }: Proof): string => `${file}: ${title}`;

/** Runs the named tests of one suite. A test that does not stand in what is returned was not run. */
export async function runSuite(suite: string, proofs: readonly Proof[]): Promise<Map<string, 'passed' | 'failed'>> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-faults-'));
  const report = join(folder, 'report.json');
  // Vitest holds the pattern against groups and title with a space between.
  const names = `^(?:${proofs.map(({ title }) => title.replaceAll(' > ', ' ').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})$`;
  const files = [...new Set(proofs.map(({ file }) => file))];
  const words = ['node_modules/vitest/vitest.mjs', 'run', '--project', suite, ...files, '-t', names, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // Electron wants a session bus with a keychain.
  const [program = '', ...args] = [...(suite === 'window' ? ['sh', 'test/keyring-session.sh'] : []), process.execPath, ...words];
  try {
    await once(spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'close');
    return readReport(JSON.parse(await readFile(report, 'utf8')) as Report);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of several tests of one title all must have passed. */
export function readReport({ testResults }: Report, root = process.cwd()): Map<string, 'passed' | 'failed'> {
  const outcomes = new Map<string, 'passed' | 'failed'>();
  for (const { name, assertionResults } of testResults) {
    for (const { ancestorTitles, title, status } of assertionResults) {
      if (status !== 'passed' && status !== 'failed') continue;
      const key = keyOf({ file: relative(root, name), title: [...ancestorTitles, title].join(' > ') });
      outcomes.set(key, outcomes.get(key) === 'failed' ? 'failed' : status);
    }
  }
  return outcomes;
}
