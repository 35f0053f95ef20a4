import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes, formatDuration } from '../shared/format.js';
import { clearOutput } from './demo/clear-output.js';
import { compare } from './demo/compare.js';
import { describeArchive } from './demo/describe-archive.js';
import { Guide } from './demo/guide.js';
import { formatReport, type Report } from './demo/report.js';
import { openStage, type Stage } from './demo/stage.js';
import { cargo } from './demo/tour/scene.js';
import { playTour } from './demo/tour.js';
import { stopOnSignal } from './local/stop-on-signal.js';

// `npm run demo`: two registries on this machine, and images that travel from one to the other through an archive, in the window.

const program = resolve(import.meta.dirname, '../longshore.js');
/** Milliseconds between two deeds, for somebody who looks on. */
const followable = 900;

const { values } = parseArgs({
  options: {
    'output': { type: 'string', default: 'demo-output' },
    'cache': { type: 'string', default: '.cache/demo' },
    'large-bytes': { type: 'string' },
    'pace': { type: 'string' },
  },
});
const [output, cache] = [resolve(values.output), resolve(values.cache)];

async function demo(signal: AbortSignal): Promise<void> {
  await clearOutput(output);
  console.log('Making the demo images (once) and starting two registries on this machine ...');
  const largeBytes = values['large-bytes'] === undefined ? undefined : Number(values['large-bytes']);
  const stage = await openStage({ cache, largeBytes, program, signal });
  try {
    await present(stage, signal);
  } finally {
    await stage.close();
  }
}

async function present(stage: Stage, signal: AbortSignal): Promise<void> {
  const { first, second, images, seen } = stage;
  console.log(`  ${first.host}  longshore serve, with ${images.length} names`);
  console.log(`  ${second.host}  docker-registry with TLS and a password, empty`);
  const started = performance.now();
  const pace = values.pace === undefined ? (seen ? followable : 0) : Number(values.pace);
  const guide = new Guide({ output, aloud: seen, signal });
  const archive = join(output, 'demo-images.tar');
  const windows = await playTour({ stage, guide, cargo, archive, pace, signal });
  const report: Report = { carried: await compare(stage, cargo), archive: await describeArchive(archive), steps: guide.steps };
  await writeFile(join(output, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(join(output, 'report.md'), formatReport(report));

  console.log('\n── Both registries, asked directly, answer with the same digests');
  for (const { source, target, also, sourceDigest } of report.carried) console.log(`   ${sourceDigest}\n     ${source}  ->  ${target}, ${also}`);
  console.log(`\nAll ${report.carried.length} images are the same in both registries, in ${formatDuration(performance.now() - started)}.`);
  if (seen) console.log('The windows are yours now. Close them, or press Ctrl-C here, to end the demo.');
  console.log(`Look into ${relative('.', output) || '.'}/: report.md tells everything; ${relative(output, archive)} has the images (${formatBytes(report.archive.bytes)}).`);
  if (seen) await Promise.all(windows.map(({ ended }) => ended));
}

await stopOnSignal(demo);
