import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArchive } from '../../main/archive/open-archive.js';
import { startFakeRegistry, type FakeImage, type FakeRegistry } from '../fake/registry.js';
import { longshore, resultOf, startLongshore } from '../e2e/longshore.js';
import { makeBytes } from '../unit/library/images.js';

/** Each verb is killed this often, each time after another share of the bytes: a hundred times in all. */
const kills = 12;
const killsOfPull = 100 - 3 * kills;
const layerBytes = 6_000_000;

let folder: string;
let registry: FakeRegistry;
let image: FakeImage;
let name: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-kill-'));
  registry = await startFakeRegistry();
  image = registry.putImage('team/app', '1.0', [makeBytes('a', layerBytes), makeBytes('b', layerBytes), makeBytes('c', layerBytes)]);
  name = `${registry.host}/team/app:1.0`;
});

afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

/**
 * Arranges that the n-th request of a kind stalls after a share of its body; resolves when a client has got there. So a
 * moment is drawn by bytes, not by time.
 */
function stall(method: 'GET' | 'PUT', nth: number, share: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    registry.faults.push({
      method,
      path: method === 'GET' ? /\/blobs\/sha256/ : /\/(?:blobs\/uploads|manifests)\//,
      times: nth + 1,
      ...(method === 'GET'
        ? {
            change(answer) {
              if (seen++ < nth) return {};
              resolve();
              return { stallAfter: Math.floor(answer.body.length * share) };
            },
          }
        : {
            change() {
              if (seen++ < nth) return {};
              resolve();
              return { stallAfter: 0 };
            },
          }),
    });
  });
}

async function killWhile(home: string, args: readonly string[], reached: Promise<void>): Promise<void> {
  const run = startLongshore(home, args);
  await Promise.race([reached, run.ended]);
  run.process.kill('SIGKILL');
  await run.ended;
  registry.faults.length = 0;
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);
const draw = (at: number, of = kills): { nth: number; share: number } => ({ nth: at % 4, share: (at / of) * 0.98 });

describe('kill -9', () => {
  it('never leaves a wrong byte in the library, and the next pull goes on from what is there', async () => {
    const home = join(folder, 'pull');
    for (let at = 0; at < killsOfPull; at += 1) {
      const { nth, share } = draw(at, killsOfPull);
      await killWhile(home, ['pull', name], stall('GET', nth, share));
      expect(await resultOf(home, ['library', 'verify'])).toMatchObject({ damaged: [], missing: [] });
    }
    const before = registry.requests.length;
    await resultOf(home, ['pull', name]);
    const reads = registry.requests.slice(before).filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'));
    expect(reads.length).toBeLessThan(image.layers.length + 1);
    expect(await resultOf(home, ['library', 'verify'])).toMatchObject({ damaged: [], missing: [] });
    await longshore(home, ['library', 'prune', '--yes']);
    const left = await readdir(join(home, 'library', 'ingest'));
    expect(left).toEqual([]);
    expect(await readdir(join(home, 'library', 'leases'))).toEqual([]);
  });

  it('never leaves a half-written archive under its final name', async () => {
    const home = join(folder, 'save');
    await mkdir(join(folder, 'out'));
    const file = join(folder, 'out', 'app.tar');
    for (let at = 0; at < kills; at += 1) {
      const { nth, share } = draw(at);
      await killWhile(home, ['save', name, '-o', file], stall('GET', nth, share));
      expect(await exists(file)).toBe(false);
    }
    await resultOf(home, ['save', name, '-o', file]);
    const archive = await openArchive(file, { signal: new AbortController().signal, spoolFolder: join(folder, 'spool') });
    expect((await archive.resolve('', { signal: new AbortController().signal })).descriptor.digest).toBe(image.digest);
    await archive.close();
  });

  it('never names an image at a registry that lacks a part of it', async () => {
    const home = join(folder, 'push');
    await resultOf(home, ['pull', name]);
    for (let at = 0; at < kills; at += 1) {
      const target = `team/copy${at}`;
      await killWhile(home, ['push', name, `${registry.host}/${target}:1.0`], stall('PUT', at % 5, 0));
      const tag = await longshore(home, ['inspect', `${registry.host}/${target}:1.0`]);
      if (tag.code === 0) expect((await longshore(join(folder, `check${at}`), ['pull', `${registry.host}/${target}:1.0`])).code).toBe(0);
      await resultOf(home, ['push', name, `${registry.host}/${target}:1.0`]);
      expect((await longshore(join(folder, `again${at}`), ['pull', `${registry.host}/${target}:1.0`])).code).toBe(0);
    }
  });

  it('leaves a library that was being loaded into sound', async () => {
    const file = join(folder, 'out', 'app.tar');
    const home = join(folder, 'load');
    for (let at = 0; at < kills; at += 1) {
      const run = startLongshore(home, ['load', '-']);
      run.process.kill('SIGKILL');
      await run.ended;
      const second = startLongshore(home, ['load', file]);
      await Promise.race([second.ended, partialAppears(join(home, 'library', 'ingest'))]);
      second.process.kill('SIGKILL');
      await second.ended;
      expect(await resultOf(home, ['library', 'verify'])).toMatchObject({ damaged: [], missing: [] });
    }
    await resultOf(home, ['load', file]);
    expect(await resultOf(home, ['library', 'verify'])).toMatchObject({ damaged: [], missing: [] });
  });
});

async function partialAppears(ingest: string): Promise<void> {
  for (let tries = 0; tries < 10_000; tries += 1) {
    if ((await readdir(ingest).catch(() => [])).length > 0) return;
    await new Promise(setImmediate);
  }
}
