import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtCommandLine, environment } from '../e2e/longshore.js';

const piece = Buffer.alloc(1024 * 1024, 'longshore');
const mediaType = 'application/vnd.oci.image.manifest.v1+json';

/** A registry of one image, whose only layer is made while it is sent. */
async function serveLarge(mebibytes: number): Promise<{ host: string; close(): void }> {
  const hash = createHash('sha256');
  for (let at = 0; at < mebibytes; at += 1) hash.update(piece);
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${hash.digest('hex')}`, size: mebibytes * piece.length };
  const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const config = JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [layer.digest] } });
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha(config), size: config.length }, layers: [layer] });
  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (url.includes('/manifests/')) return void response.writeHead(200, { 'content-type': mediaType, 'docker-content-digest': sha(manifest) }).end(manifest);
    if (url.endsWith(sha(config))) return void response.writeHead(200, { 'content-length': config.length }).end(config);
    if (!url.endsWith(layer.digest)) return void response.writeHead(200).end('{}');
    response.writeHead(200, { 'content-length': layer.size });
    let sent = 0;
    const write = (): void => {
      while (sent < mebibytes) {
        sent += 1;
        if (!response.write(piece)) return void response.once('drain', write);
      }
      response.end();
    };
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Peak resident memory in MiB, as GNU time sees it. */
function peakOf(home: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/usr/bin/time', ['-f', 'peak %M', process.execPath, builtCommandLine, ...args], { env: environment(home), stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      const peak = /peak (\d+)/.exec(errors)?.[1];
      if (code !== 0 || peak === undefined) reject(new Error(errors));
      else resolve(Number(peak) / 1024);
    });
  });
}

it('moves 4 GiB in the memory that 256 MiB need', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-memory-'));
  const peaks: number[] = [];
  try {
    for (const mebibytes of [256, 4096]) {
      const registry = await serveLarge(mebibytes);
      const home = join(folder, String(mebibytes));
      peaks.push(await peakOf(home, ['pull', `${registry.host}/team/large:1`]), await peakOf(home, ['save', `${registry.host}/team/large:1`, '--from-library', '-o', join(folder, `${mebibytes}.tar`)]));
      registry.close();
      await rm(home, { recursive: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const [pullSmall = 0, saveSmall = 0, pullLarge = 0, saveLarge = 0] = peaks;
  console.log(`peak MiB: pull ${pullSmall.toFixed()} and ${pullLarge.toFixed()}, save ${saveSmall.toFixed()} and ${saveLarge.toFixed()}`);
  expect(pullLarge).toBeLessThan(pullSmall * 1.5);
  expect(saveLarge).toBeLessThan(saveSmall * 1.5);
});
