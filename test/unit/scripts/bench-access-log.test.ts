import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isSignIn, readAccessLog, sentBlobs, wereSent } from '../../../scripts/bench/access-log.js';

const line = (request: string, status: number): string => `127.0.0.1 - - [21/Nov/2026:10:56:01 +0000] "${request} HTTP/1.1" ${status} 0 "" "tool"\n`;
const sent = line('PUT /v2/bench/target/blobs/uploads/1-2-3?_state=x&digest=sha256%3Aab', 201);
const mounted = line('POST /v2/bench/target/blobs/uploads/?from=bench%2Fsource&mount=sha256%3Aab', 201);

async function logOf(...lines: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'access.log'), lines.join(''));
  return join(folder, 'access.log');
}

test('a run counts when the registry was sent as many blobs as it must be', async () => {
  await expect(wereSent(await logOf(sent, line('HEAD /v2/bench/target/blobs/sha256:ab', 404), sent, sent), 3)).resolves.toBeUndefined();
});

test('a run does not count when blobs were mounted in place of being sent, or an upload failed', async () => {
  await expect(wereSent(await logOf(mounted, mounted, sent), 3)).rejects.toThrow('1 blobs of 3');
  await expect(wereSent(await logOf(sent, sent, sent.replace(' 201 ', ' 500 ')), 3)).rejects.toThrow('2 blobs of 3');
});

test('a log tells which blobs were sent', async () => {
  expect(sentBlobs(await readAccessLog(await logOf(mounted, sent, line('PUT /v2/bench/target/manifests/1', 201))))).toEqual(['sha256:ab']);
});

test('the first look and what tokens take are the sign-in, and what images take is not', async () => {
  const paths = ['/v2/', '/token?service=registry&scope=repository:a:pull', '/v2/token', '/v2/team/token/manifests/1', '/v2/team/app/manifests/1', '/v2/team/app/blobs/sha256:ab'];
  const requests = await readAccessLog(await logOf(...paths.map((path) => line(`GET ${path}`, 200))));
  expect(requests.map(isSignIn)).toEqual([true, true, true, false, false, false]);
});
