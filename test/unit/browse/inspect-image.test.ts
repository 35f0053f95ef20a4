import { beforeEach, describe, expect, it } from 'vitest';
import { inspectImage } from '../../../main/browse/inspect-image.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { hostPlatform } from '../../../main/image/host-platform.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { ProblemError } from '../../../shared/errors.js';
import { MemoryStore } from '../../fake/memory-store.js';

const signal = new AbortController().signal;
const other = { os: 'linux', architecture: 'mips64le' };
let store: MemoryStore;

beforeEach(() => {
  store = new MemoryStore();
});

const image = (layer: string, platform?: Descriptor['platform']): Descriptor => ({ ...store.putImage([layer]), ...(platform && { platform }) });

describe('inspecting a reference', () => {
  it('reads manifest and config of an image and no layer', async () => {
    store.putImage(['layer one', 'two'], 'app:1');
    const found = await inspectImage(store, 'app:1', { signal });
    expect(found.image?.config?.parsed.platform).toEqual({ os: 'linux', architecture: 'amd64' });
    expect(found.image?.size).toBe(found.image!.manifest.config.size + 'layer one'.length + 'two'.length);
    expect(store.log.filter((step) => step.startsWith('fetch'))).toEqual([`fetch ${found.image!.manifest.config.digest}`]);
  });

  it('looks into the image for this machine, wherever it stands in the index', async () => {
    const mine = image('mine', hostPlatform);
    store.putIndex([image('other', other), mine], 'app:1');
    expect((await inspectImage(store, 'app:1', { signal })).image?.stored.descriptor.digest).toBe(mine.digest);
  });

  it('looks into the first image when there is none for this machine', async () => {
    const first = image('other', other);
    store.putIndex([first, image('more', { ...other, architecture: 'sh4' })], 'app:1');
    expect((await inspectImage(store, 'app:1', { signal })).image?.stored.descriptor.digest).toBe(first.digest);
  });

  it('folds attestations under the platform they speak of', async () => {
    const mine = image('mine', hostPlatform);
    const attestation: Descriptor = {
      ...image('statement', { os: 'unknown', architecture: 'unknown' }),
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': mine.digest },
    };
    store.putIndex([mine, attestation], 'app:1');
    expect((await inspectImage(store, 'app:1', { signal })).platforms).toEqual([{ platform: hostPlatform, digest: mine.digest, attestations: [attestation.digest] }]);
  });

  it('does not read the config of an artifact that is no image', async () => {
    const config = store.put('{"name":"chart"}', 'application/vnd.cncf.helm.config.v1+json');
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] };
    store.names.set('chart:1', store.put(JSON.stringify(manifest), mediaTypes.ociManifest));
    const found = await inspectImage(store, 'chart:1', { signal });
    expect(found.image?.manifest.config.mediaType).toBe('application/vnd.cncf.helm.config.v1+json');
    expect(found.image?.config).toBeUndefined();
    expect(store.log).toEqual(['resolve chart:1']);
  });

  it('asks for referrers only when told to', async () => {
    const root = store.putImage(['x'], 'app:1');
    const referrer = store.put('{}', mediaTypes.ociManifest);
    const withReferrers = Object.assign(store, {
      async *referrers({ digest }: Descriptor) {
        if (digest === root.digest) yield referrer;
      },
    });
    expect((await inspectImage(withReferrers, 'app:1', { signal })).referrers).toEqual([]);
    expect((await inspectImage(withReferrers, 'app:1', { signal, referrers: true })).referrers).toEqual([referrer]);
  });

  it('shows the image all the same where the registry refuses to tell what refers to it', async () => {
    const root = store.putImage(['x'], 'app:1');
    const referrer = store.put('{}', mediaTypes.ociManifest);
    const refusing = Object.assign(store, {
      async *referrers() {
        yield referrer;
        throw new ProblemError('permission-denied', { message: 'This account may not see that.', next: 'Ask for the right.' });
      },
    });
    const found = await inspectImage(refusing, 'app:1', { signal, referrers: true });
    expect(found.root.descriptor.digest).toBe(root.digest);
    expect(found).toMatchObject({ referrers: [referrer], referrersProblem: { code: 'permission-denied' } });
  });

  it('is stopped while it asks for referrers', async () => {
    store.putImage(['x'], 'app:1');
    const stop = new AbortController();
    const stopping = Object.assign(store, {
      async *referrers(): AsyncGenerator<Descriptor> {
        stop.abort(new ProblemError('cancelled', { message: 'Stopped.', next: 'Go on.' }));
        throw new ProblemError('connection-lost', { message: 'Lost.', next: 'Try again.' });
      },
    });
    await expect(inspectImage(stopping, 'app:1', { signal: stop.signal, referrers: true })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
