import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nameAt, sendImage, type Image } from '../../scripts/crash/image.js';
import { startRelay, type Relay } from '../../scripts/crash/relay.js';
import { faultsOfRepository } from '../../scripts/crash/sound.js';
import { startDockerRegistry } from '../../scripts/local/docker-registry.js';
import { longshore } from '../e2e/longshore.js';
import { findTool } from '../interop/find-tool.js';
import { dockerRegistry, forgetfulRegistry, ownRegistry, type RestartedRegistry } from './restarted-registry.js';

/** Large ones are sent in chunks. */
const layers = [80_000_000, 80_000_000, 5_000_000];

let folder: string;
let image: Image;
let name: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-restarts-'));
  const source = await startDockerRegistry({ folder: join(folder, 'source') });
  image = await sendImage(source.host, layers);
  name = nameAt(source.host);
  expect(await longshore(join(folder, 'home'), ['pull', name])).toMatchObject({ code: 0 });
  await source.stop();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(folder, 'registry-'));
});

/** Restarts a registry in the middle of a chunk, behind one, and when an upload is to be completed. @returns how often */
function restartOften(relay: Relay, registry: RestartedRegistry, signal: NodeJS.Signals): () => { times: number; failed: unknown } {
  const result = { times: 0, failed: undefined as unknown };
  const sent = (): number => relay.exchanges.filter(({ method }) => method === 'PATCH').reduce((sum, exchange) => sum + exchange.sent, 0);
  const moments: ((event: string, method: string) => boolean)[] = [
    (event) => event === 'sent' && sent() > 20_000_000,
    (event, method) => event === 'answered' && method === 'PATCH' && sent() > 60_000_000,
    (event, method) => event === 'asked' && method === 'PUT',
    (event, method) => event === 'answered' && method === 'PUT',
  ];
  relay.onEvent = (event, { method, path }) => {
    if (!path.includes('/blobs/uploads/') || !moments[0]?.(event, method)) return;
    moments.shift();
    relay.hold();
    const look = relay.onEvent;
    relay.onEvent = undefined;
    registry.restart(signal).then(
      () => {
        result.times += 1;
        relay.onEvent = look;
        relay.cut();
      },
      (error: unknown) => {
        result.failed = error;
        relay.cut();
      },
    );
  };
  return () => result;
}

const newer = findTool('registry');
const kinds: readonly (readonly [name: string, start: (folder: string) => Promise<RestartedRegistry>])[] = [
  ['docker-registry 2.8', (own) => dockerRegistry(own)],
  ['docker-registry 2.8 without a secret of its own', forgetfulRegistry],
  ['longshore serve', ownRegistry],
  ...(newer === undefined ? [] : [['distribution 3', (own: string) => dockerRegistry(own, newer)] as const]),
];

describe.each(kinds)('%s, restarted four times in the middle of uploads', (_name, start) => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('by %s, has the right image when the push ends', async (signal) => {
    await mkdir(join(place, 'served'));
    const registry = await start(place);
    const relay = await startRelay([registry.host], registry);
    try {
      const restarts = restartOften(relay, registry, signal);
      const pushed = await longshore(join(folder, 'home'), ['push', name, nameAt(relay.hosts[0]!, 'team/app')]);
      expect([pushed.code, pushed.stderr]).toEqual([0, expect.any(String)]);
      expect(restarts()).toEqual({ times: 4, failed: undefined });
      expect(await faultsOfRepository(registry.host, 'team/app', image, true)).toEqual([]);
    } finally {
      await relay.close();
      await registry.stop();
    }
  });
});
