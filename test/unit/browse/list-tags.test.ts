import { beforeEach, describe, expect, it } from 'vitest';
import { listTags, type ListTagsOptions } from '../../../main/browse/list-tags.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import { ProblemError } from '../../../shared/errors.js';
import { MemoryStore } from '../../fake/memory-store.js';

const signal = new AbortController().signal;
let store: MemoryStore;

beforeEach(() => {
  store = new MemoryStore();
});

async function* namesOf(): AsyncGenerator<string> {
  yield* store.names.keys();
}

/** An image whose config has the given build time, and one layer of the given size. */
function put(name: string, created: string, size: number): void {
  const config = store.put(JSON.stringify({ created, os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [] } }), mediaTypes.ociConfig);
  const layers = [store.put('x'.repeat(size), mediaTypes.ociLayer)];
  store.names.set(name, store.put(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }), mediaTypes.ociManifest));
}

const list = async (options: Partial<ListTagsOptions>): Promise<string[]> => (await listTags(namesOf(), store, { signal, sort: 'semver', ...options })).rows.map(({ name }) => name);

describe('listing tags', () => {
  beforeEach(() => {
    put('1.9.0', '2026-03-01T00:00:00Z', 300);
    put('1.10.0', '2026-02-01T00:00:00Z', 100);
    put('latest', '2026-04-01T00:00:00Z', 200);
  });

  it('puts the newest version first without reading an image', async () => {
    expect(await list({ sort: 'semver' })).toEqual(['1.10.0', '1.9.0', 'latest']);
    expect(store.log).toEqual([]);
  });

  it('puts the newest build first', async () => {
    expect(await list({ sort: 'date' })).toEqual(['latest', '1.9.0', '1.10.0']);
  });

  it('puts the largest image first', async () => {
    expect(await list({ sort: 'size' })).toEqual(['1.9.0', 'latest', '1.10.0']);
  });

  it('sorts by name with digits as numbers', async () => {
    expect(await list({ sort: 'name' })).toEqual(['1.9.0', '1.10.0', 'latest']);
  });

  it('filters by glob and still counts all', async () => {
    const { rows, total } = await listTags(namesOf(), store, { signal, sort: 'name', match: '1.*' });
    expect([rows.map(({ name }) => name), total]).toEqual([['1.9.0', '1.10.0'], 3]);
  });

  it('keeps a tag whose image cannot be read, without details and last', async () => {
    store.names.set('broken', store.put('<html>', mediaTypes.ociManifest));
    expect(await list({ sort: 'size' })).toEqual(['1.9.0', 'latest', '1.10.0', 'broken']);
  });

  it('stops where the registry refuses', async () => {
    store.onStep = () => {
      throw new ProblemError('permission-denied', { message: 'No.', next: 'Ask.' });
    };
    await expect(list({ sort: 'date' })).rejects.toMatchObject({ code: 'permission-denied' });
  });
});
