import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BenchImage } from '../../../scripts/bench/image.js';
import { wasSentWhole } from '../../../scripts/bench/works.js';
import { digestOf } from '../../../main/image/digest.js';

const blob = { mediaType: 'application/octet-stream', digest: digestOf('blob'), size: 4 };
const image: BenchImage = { layout: '', manifest: blob, config: blob, layers: [blob, blob], contentBytes: 8 };

const line = (request: string, status: number): string => `127.0.0.1 - - [21/Nov/2026:10:56:01 +0000] "${request} HTTP/1.1" ${status} 0 "" "tool"\n`;
const sent = line('PUT /v2/bench/target/blobs/uploads/1-2-3?_state=x&digest=sha256%3Aab', 201);
const mounted = line('POST /v2/bench/target/blobs/uploads/?from=bench%2Fsource&mount=sha256%3Aab', 201);

async function logOf(...lines: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'access.log'), lines.join(''));
  return join(folder, 'access.log');
}

test('a run counts when the registry was sent every layer and the config', async () => {
  await expect(wasSentWhole(await logOf(sent, line('HEAD /v2/bench/target/blobs/sha256:ab', 404), sent, sent), image)).resolves.toBeUndefined();
});

test('a run does not count when blobs were mounted in place of being sent, or an upload failed', async () => {
  await expect(wasSentWhole(await logOf(mounted, mounted, sent), image)).rejects.toThrow('1 blobs of 3');
  await expect(wasSentWhole(await logOf(sent, sent, sent.replace(' 201 ', ' 500 ')), image)).rejects.toThrow('2 blobs of 3');
});
