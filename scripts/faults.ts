import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { faults } from '../test/faults/list.js';
import { resultOf, writePage } from './faults/page.js';
import { runSuite } from './faults/run-suite.js';
import { suiteOf, suites } from './faults/suite-of.js';

// `npm run faults [-- --suites unit,e2e]`: runs the test of every fault in test/faults/ and writes what came of it.

const page = 'docs/faults.md';
const { values } = parseArgs({ options: { suites: { type: 'string', default: suites.join(',') } } });
const chosen = values.suites.split(',');
const unknown = chosen.find((name) => !suites.includes(name));
if (unknown !== undefined) {
  console.error(`There is no suite ${unknown}: name some of ${suites.join(',')}.`);
  process.exit(2);
}

const proofs = faults.flatMap(({ rows }) => rows.flatMap(({ proof }) => ('file' in proof && chosen.includes(suiteOf(proof.file)) ? [proof] : [])));
const outcomes = new Map<string, 'passed' | 'failed'>();
for (const suite of chosen) {
  for (const [test, outcome] of await runSuite(suite, proofs.filter(({ file }) => suiteOf(file) === suite))) outcomes.set(test, outcome);
}
await writeFile(page, writePage(faults, outcomes, chosen));

const failed = proofs.filter((proof) => resultOf({ proof }, outcomes, chosen) !== 'passed');
for (const { file, title } of failed) console.error(`failed: ${file}: ${title}`);
console.log(`${page}: ${proofs.length - failed.length} of ${proofs.length} faults that were tried are survived`);
process.exitCode = failed.length > 0 ? 1 : 0;
