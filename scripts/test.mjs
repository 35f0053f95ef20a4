// `npm test [-- --long]`: sets the machine up, then runs the suites, each within its budget. Plain Node, since it runs before `npm ci`.
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Group, outcomeOf, table } from './test-run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const reports = '.cache/reports';
const node = (file, ...args) => [process.execPath, file, ...args];
/** A red test has a second try; what is green then is told of as flaky. */
const vitest = (project, report = `${reports}/${project}.json`) => ({
  command: node('node_modules/vitest/vitest.mjs', 'run', '--project', project, '--retry=1', '--reporter=default', '--reporter=./scripts/flaky-reporter.mjs', '--reporter=json', `--outputFile.json=${report}`),
  report,
  flaky: `${reports}/${project}.flaky.json`,
});

/** The suite of the command line once more, on the packaged program. */
const packaged = vitest('e2e', `${reports}/e2e-packaged.json`);
packaged.command.unshift('env', 'LONGSHORE_PROGRAM=release/linux-unpacked/longshore');

/** Minutes are a budget: a step that takes longer has failed. Set-up may ask for sudo's password, which only the terminal's own process group can read. */
const steps = [
  { name: 'set-up', minutes: 6, commands: [{ command: node('scripts/set-up.mjs', '--for', 'test') }], needed: true, interactive: true },
  {
    name: 'check',
    minutes: 2,
    commands: [
      { command: node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json') },
      { command: node('node_modules/typescript/bin/tsc', '-p', 'test/window/tsconfig.json') },
      { command: node('node_modules/svelte-check/bin/svelte-check', '--workspace', 'renderer', '--tsconfig', './tsconfig.json', '--fail-on-warnings') },
      { command: node('node_modules/eslint/bin/eslint.js', '.') },
    ],
  },
  { name: 'unit', minutes: 2, commands: [vitest('unit')] },
  { name: 'interop', minutes: 5, commands: [vitest('interop')] },
  { name: 'e2e', minutes: 5, commands: [vitest('e2e')] },
  { name: 'window', minutes: 5, commands: [vitest('window')] },
  { name: 'long', minutes: Infinity, commands: [vitest('long'), { command: node('scripts/package.mjs', 'dir') }, packaged], onlyWith: '--long' },
];

const options = process.argv.slice(2);
const unknown = options.find((option) => !steps.some(({ onlyWith }) => onlyWith === option));
if (unknown !== undefined) {
  console.error(`Not understood: ${unknown}. Write npm test, or npm run test:long.`);
  process.exit(2);
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const group = new Group();
process.once('SIGINT', () => group.stop(130));
process.once('SIGTERM', () => group.stop(143));

const results = [];
for (const step of steps.filter(({ onlyWith }) => !onlyWith || options.includes(onlyWith))) {
  console.log(`\n── ${step.name}${Number.isFinite(step.minutes) ? ` (budget ${step.minutes} min)` : ''}`);
  const result = outcomeOf(step, await group.run(step));
  results.push(result);
  if (step.needed && result.failed > 0) break;
}

console.log(`\n${table(results)}\n`);
for (const { name, flaky } of results) for (const test of flaky) console.log(`flaky in ${name}, red and then green: ${test}`);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
