import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes, formatDuration } from '../shared/format.js';
import { clearOutput } from './demo/clear-output.js';
import { Narrator } from './demo/narrator.js';
import { formatReport, type Report } from './demo/report.js';
import { openStage } from './demo/stage.js';
import { tellStory } from './demo/story.js';
import { stopOnSignal } from './local/stop-on-signal.js';

// `npm run demo`: two registries on this machine, and images that travel from one to the other through an archive.

const program = resolve(import.meta.dirname, '../longshore.js');

async function demo(signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const { values } = parseArgs({
    options: { output: { type: 'string', default: 'demo-output' }, cache: { type: 'string', default: '.cache/demo' }, 'large-bytes': { type: 'string' } },
  });
  const [output, cache] = [resolve(values.output), resolve(values.cache)];
  const largeBytes = values['large-bytes'] === undefined ? undefined : Number(values['large-bytes']);
  await clearOutput(output);

  console.log('Making the demo images (once) and starting two registries on this machine ...');
  const stage = await openStage({ cache, largeBytes, program, signal });
  try {
    const { first, second, images } = stage;
    console.log(`  ${first.host}  longshore serve, with ${images.length} names`);
    console.log(`  ${second.host}  docker-registry with TLS and a password, empty`);
    const narrator = new Narrator(program, signal);
    const report: Report = { ...await tellStory(stage, narrator, output), steps: narrator.steps };
    await writeFile(join(output, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    await writeFile(join(output, 'report.md'), formatReport(report));
    const { carried, archive } = report;
    console.log(`\nAll ${carried.length} images are the same in both registries, in ${formatDuration(performance.now() - started)}.`);
    console.log(`Look into ${relative('.', output) || '.'}/: report.md tells everything; ${relative(output, archive.file)} has the images (${formatBytes(archive.bytes)}).`);
  } finally {
    await stage.close();
  }
}

await stopOnSignal(demo);
