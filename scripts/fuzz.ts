import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort } from 'node:worker_threads';
import { randomOf } from './fuzz/random.js';
import { startReader, type Case } from './fuzz/reader.js';
import { targets, type TargetName } from './fuzz/targets.js';
import { tryCase } from './fuzz/try-case.js';

// `npm run fuzz [-- --seconds N] [--seed N]`: reads damaged archives and manifests for a while. Whatever is neither read nor
// refused in words is a crash, and so is what hangs or grows; each is kept as a file, with which a test can begin.

if (isMainThread) await fuzz();
else parentPort?.on('message', ({ target, bytes }: Case) => void tryCase(targets[target], Buffer.from(bytes)).then((wrong) => parentPort?.postMessage(wrong)));

async function fuzz(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  const end = performance.now() + Number(values.seconds) * 1000;
  const random = randomOf(seed);
  const reader = startReader(process.argv[1] ?? '');
  const names = Object.keys(targets) as TargetName[];
  const crashes = new Set<string>();
  let folder: string | undefined;
  let count = 0;
  for (; performance.now() < end; count += 1) {
    const target = random.pick(names);
    const bytes = targets[target].make(random);
    const wrong = await reader.read({ target, bytes });
    // One fault shows in thousands of inputs: where it was thrown tells it apart.
    const place = wrong?.split('\n').slice(0, 3).join('\n').replace(/\d+/g, 'N');
    if (wrong === undefined || place === undefined || crashes.has(place)) continue;
    crashes.add(place);
    folder ??= await mkdtemp(join(tmpdir(), 'longshore-crashes-'));
    const file = join(folder, `${crashes.size}-${target.replaceAll(' ', '-')}`);
    await writeFile(file, bytes);
    console.error(`${target}, kept as ${file}:\n${wrong}\n`);
  }
  await reader.close();
  console.log(`${count} inputs, seed ${seed}: ${crashes.size === 0 ? 'no crash' : `${crashes.size} crashes`}`);
  process.exitCode = crashes.size > 0 ? 1 : 0;
}
