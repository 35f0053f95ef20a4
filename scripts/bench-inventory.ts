import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureInventory } from './bench/inventory.js';

// `node dist/scripts/bench-inventory.js`: how long lists of a hundred thousand tags take.

const folder = await mkdtemp(join(tmpdir(), 'longshore-bench-'));
try {
  const { firstLook, nextLook, filter } = await measureInventory(folder);
  console.log(`100 000 tags entered in ${firstLook.toFixed(0)} ms, looked at again in ${nextLook.toFixed(0)} ms; load ${loadavg()[0]?.toFixed(1)}`);
  for (const { by, median, worst } of filter) console.log(`filter key to rows, by ${by.padEnd(6)}  ${median.toFixed(1).padStart(6)} ms, at worst ${worst.toFixed(1)} ms`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
