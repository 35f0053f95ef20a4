// `npm run mutants [-- --sample N] [--seed N] [--only TEXT]`: sabotages one line at a time, in a copy of the project,
// and wants the test that guards it to go red. Rows of test/mutants.json: { name, file, find, replace, test, because? }.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const notCopied = new Set(['node_modules', '.git', '.cache', 'dist', 'demo-output', 'coverage', 'release']);
const workers = 2;
/** A sabotage may make a test hang; vitest ends tests that wait, not those that spin. For each test file. */
const limitMilliseconds = 120_000;
/** What set-up laid out and no sabotage reaches. */
const laidOut = ['.cache/electron-dist', '.cache/tools'];
/** These run what was built. */
const runsBuilt = /^test\/(?:window|e2e|interop)\//;

const { values } = parseArgs({ options: { sample: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } });
const rows = choose(JSON.parse(readFileSync(join(root, 'test/mutants.json'), 'utf8')), values);
const folders = Array.from({ length: Math.min(workers, rows.length) }, copyProject);
const running = new Set();
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.once(signal, () => {
    running.forEach((child) => process.kill(-child.pid, 'SIGKILL'));
    process.exit(code);
  });
}

await checkRows();
const queue = rows.values();
const results = [];
await Promise.all(folders.map(async (folder) => {
  for (const row of queue) {
    const result = { row, ...(await sabotage(folder, row)) };
    results.push(result);
    console.log(`${result.caught ? 'caught  ' : 'SURVIVED'}  ${row.name}  (${row.file}; ${(result.milliseconds / 1000).toFixed(1)} s)${result.why ? `\n          ${result.why}` : ''}`);
  }
}));
const survivors = results.filter(({ caught }) => !caught);
console.log(`\n${results.length - survivors.length} caught, ${survivors.length} survived`);
process.exitCode = survivors.length > 0 ? 1 : 0;

/** With a sample, each day has the next rows of the table, so that all have their turn. */
function choose(all, { sample, seed, only }) {
  const wanted = all.filter(({ name }) => only === undefined || name.includes(only));
  if (wanted.length === 0) fail('No sabotage has that name.');
  if (sample === undefined) return wanted;
  const count = Math.min(Number(sample), wanted.length);
  const day = Number(seed ?? Math.floor(Date.now() / 86_400_000));
  if (!(count > 0) || !Number.isSafeInteger(day)) fail('Write --sample N [--seed N] with whole numbers.');
  return Array.from({ length: count }, (_, at) => wanted[(day * count + at) % wanted.length]);
}

function copyProject() {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-mutants-'));
  for (const entry of readdirSync(root).filter((name) => !notCopied.has(name))) cpSync(join(root, entry), join(folder, entry), { recursive: true });
  mkdirSync(join(folder, '.cache'));
  for (const path of ['node_modules', ...laidOut].filter((path) => existsSync(join(root, path)))) symlinkSync(join(root, path), join(folder, path));
  return folder;
}

/** A row that is out of date, or whose test is red or absent without any sabotage, proves nothing. */
async function checkRows() {
  for (const { name, file, find, replace } of rows) {
    const count = readFileSync(join(root, file), 'utf8').split(find).length - 1;
    if (count !== 1) fail(`"${name}": the text to find occurs ${count} times in ${file}; it must occur once.`);
    if (find === replace) fail(`"${name}": it changes nothing.`);
  }
  const { tests, output } = await vitest(folders[0], [...new Set(rows.map(({ test }) => test))]);
  const red = tests.filter(({ status }) => status === 'failed');
  if (red.length > 0 || tests.length === 0) fail(`Without any sabotage these tests are not green:\n${red.map(({ title }) => title).join('\n') || output}`);
  for (const { name, test, because } of rows) {
    const found = tests.filter(({ file, title, status }) => file.endsWith(test) && status === 'passed' && (because === undefined || title === because));
    if (found.length === 0) fail(`"${name}": ${test} has no test ${because === undefined ? 'that passes' : `"${because}"`}.`);
  }
}

async function sabotage(folder, { file, find, replace, test, because }) {
  const path = join(folder, file);
  const sound = readFileSync(path, 'utf8');
  const started = performance.now();
  try {
    writeFileSync(path, sound.replace(find, () => replace));
    const { tests, output, timedOut } = await vitest(folder, [test], because);
    const red = tests.filter(({ status }) => status === 'failed');
    const broken = red.length === 0 && !timedOut && tests.length === 0 ? `No test ran, so the sabotage is no valid code:\n${output}` : undefined;
    const caught = timedOut || red.length > 0;
    return { caught, milliseconds: performance.now() - started, why: broken ?? (caught ? undefined : `${because ? `"${because}"` : 'Every test'} of ${test} stayed green.`) };
  } finally {
    writeFileSync(path, sound);
  }
}

/** Runs test files, or one test of them, and reads the titles back from vitest's report. What they run is built first. */
async function vitest(folder, files, title) {
  if (files.some((file) => runsBuilt.test(file))) {
    const built = await node(folder, ['node_modules/vite/bin/vite.js', 'build'], limitMilliseconds);
    if (built.code !== 0) return { tests: [], ...built };
  }
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const pattern = title === undefined ? [] : ['-t', title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')];
  // A test that is tried again until it is green would hide a sabotage that shows now and then.
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...files, ...pattern, '--bail=0', '--retry=0', '--maxWorkers=1', '--reporter=json', `--outputFile.json=${report}`];
  const ended = await node(folder, args, limitMilliseconds * files.length);
  return { tests: readTests(report), ...ended };
}

function node(folder, args, limit) {
  return new Promise((resolve) => {
    let output = '';
    let timedOut = false;
    const child = spawn(process.execPath, args, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
    running.add(child);
    const timer = setTimeout(() => {
      timedOut = true;
      process.kill(-child.pid, 'SIGKILL');
    }, limit);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output: output.slice(-2000), timedOut });
    });
  });
}

function readTests(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ title, status }) => ({ file: name, title, status })));
  } catch {
    return [];
  }
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
