import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { ChecksumCall } from '../../../main/archive/checksum-worker.js';
import { digestOf } from '../../../main/image/digest.js';
import { bundleChild } from '../run-child.js';
import { useTarget } from './writing.js';

const place = useTarget();

test('what was read and then written again counts as it is now, and what was right before is read once', async () => {
  await writeFile(place.file, 'right, damaged');
  const thread = new Worker(await bundleChild(join(import.meta.dirname, '../../../main/archive/checksum-worker.ts')), { workerData: { path: place.file } });
  onTestFinished(async () => void (await thread.terminate()));
  const tell = (call: ChecksumCall): void => thread.postMessage(call);
  const sum = async (at: number): Promise<unknown> => {
    tell({ kind: 'end', at });
    const [hex] = (await once(thread, 'message')) as unknown[];
    return `sha256:${String(hex)}`;
  };
  tell({ kind: 'mark', at: 'right, '.length });
  tell({ kind: 'read', to: 'right, dam'.length });
  expect(await sum('right, damaged'.length)).toBe(digestOf('right, damaged'));
  await writeFile(place.file, 'RIGHT, repaired');
  tell({ kind: 'back' });
  expect(await sum('right, repaired'.length)).toBe(digestOf('right, repaired'));
});
