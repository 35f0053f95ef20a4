import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { crash } from './crash/crash.js';
import { writePage } from './crash/page.js';
import { stopOnSignal } from './local/stop-on-signal.js';

// `npm run crash [-- --times N] [--seed N] [--only COMMAND]`: kills the built command line at drawn moments. The whole is written to docs/crash.md.

const usualTimes = 200;
const mebibyte = 1024 * 1024;
/** Beside small ones a layer that is fetched in parts, and one that a thread receives whole. */
const layers = [64 * mebibyte, 20 * mebibyte, 6 * mebibyte, 3 * mebibyte, 300_000];
const page = 'docs/crash.md';

await stopOnSignal(async (signal) => {
  const { values } = parseArgs({ options: { times: { type: 'string', default: String(usualTimes) }, seed: { type: 'string', default: '1' }, only: { type: 'string' } } });
  const [times, seed] = [Number(values.times), Number(values.seed)];
  if (!(times >= 1) || !Number.isSafeInteger(seed)) throw new Error('Write npm run crash -- [--times 1..] [--seed N] [--only COMMAND].');
  const folder = resolve('.cache/crash');
  await mkdir(folder, { recursive: true });
  const report = await crash({ times, seed, layers, folder, say: (line) => console.log(line), signal, only: values.only });
  const text = writePage(report, seed);
  console.log(`\n${text}`);
  // Fewer are for the one who tries, and not for the docs.
  if (times === usualTimes && values.only === undefined) await writeFile(page, text);
  if (report.series.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
});
