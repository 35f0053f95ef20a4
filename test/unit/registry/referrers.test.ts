import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import type { RepositoryStore } from '../../../main/registry/repository-store.js';
import type { StoredManifest } from '../../../main/stores/store.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { errorReply, json, reply } from '../../fake/reply.js';
import type { FakeOptions, FakeRegistry } from '../../fake/registry.js';
import { bodyOf, collect, never as signal, problemOf, useFakes } from './connect.js';

const fakes = useFakes();
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

async function start(options: FakeOptions = {}): Promise<{ fake: FakeRegistry; store: RepositoryStore; subject: Descriptor; push: (name: string) => Promise<StoredManifest>; list: () => Promise<Descriptor[]> }> {
  const { registry, fake } = await fakes.start(options);
  const image = fake.putImage('team/app', '1.0');
  const store = registry.repository('team/app');
  const { descriptor: subject } = await store.resolve('1.0', { signal });
  const push = async (name: string) => {
    const manifest = { schemaVersion: 2, mediaType: ociManifest, artifactType: 'application/vnd.example.signature', config: image.config, layers: [], subject, annotations: { name } };
    const bytes = Buffer.from(JSON.stringify(manifest));
    const descriptor = { mediaType: ociManifest, digest: digestOf(bytes), size: bytes.length };
    await store.push(descriptor, bodyOf(bytes), { signal });
    return { descriptor, bytes };
  };
  return { fake, store, subject, push, list: () => collect(store.referrers(subject, { signal })) };
}
const names = (found: readonly Descriptor[]): string[] => found.map(({ digest }) => digest).toSorted();
const fallbackTag = ({ digest }: Descriptor): string => digest.replace(':', '-');

describe('referrers', () => {
  it('are listed by the API, which keeps the list by itself', async () => {
    const { push, list, fake, subject } = await start();
    const pushed = [await push('one'), await push('two')];
    expect(names(await list())).toEqual(names(pushed.map(({ descriptor }) => descriptor)));
    expect(fake.storage.repository('team/app').tags.has(fallbackTag(subject))).toBe(false);
  });

  it('are entered into the fallback tag where there is no API, each once, with what clients filter by', async () => {
    const { push, list, fake, subject, store } = await start({ referrers: false });
    const [one, two] = await Promise.all([push('one'), push('two')]);
    await push('one');
    const found = await list();
    expect(names(found)).toEqual(names([one.descriptor, two.descriptor]));
    expect(found[0]).toMatchObject({ mediaType: ociManifest, artifactType: 'application/vnd.example.signature', size: one.bytes.length });
    expect(found.map(({ annotations }) => annotations?.['name']).toSorted()).toEqual(['one', 'two']);
    const index = await store.resolve(fallbackTag(subject), { signal });
    expect(index.descriptor.mediaType).toBe(ociIndex);
    expect(fake.requests.filter(({ method, path }) => method === 'PUT' && path.includes(fallbackTag(subject)))).toHaveLength(2);
  });

  it('are none where there is neither', async () => {
    expect(await (await start({ referrers: false })).list()).toEqual([]);
  });

  it.each([
    ['404', reply(404)],
    ['400', errorReply(400, 'UNSUPPORTED')],
    ['405', errorReply(405, 'UNSUPPORTED')],
    ['406', reply(406)],
    ['404 NAME_UNKNOWN', errorReply(404, 'NAME_UNKNOWN')],
    ['200 of another kind', json(200, { tags: [] })],
    ['a web page', reply(200, { 'content-type': 'text/html' }, '<html>')],
  ])('are read from the fallback tag when the API answers %s', async (_, answer) => {
    const { push, list } = await start({ referrers: false, faults: [{ path: '/referrers/', times: 9, reply: answer }] });
    const { descriptor } = await push('one');
    expect(names(await list())).toEqual([descriptor.digest]);
  });

  it('are a problem when the registry is at fault or refuses', async () => {
    const { list, fake } = await start();
    fake.faults.push({ path: '/referrers/', times: 3, reply: reply(500) });
    expect(await problemOf(list())).toMatchObject({ code: 'registry-failed' });
  });

  it('are read over all pages', async () => {
    const entry = (digit: string) => ({ mediaType: ociManifest, digest: `sha256:${digit.repeat(64)}`, size: 1 });
    const { list } = await start({
      quirk: ({ path }) => {
        if (!path.includes('/referrers/')) return undefined;
        const last = path.includes('page=2');
        const page = { schemaVersion: 2, mediaType: ociIndex, manifests: last ? [entry('1'), entry('2')] : [entry('0'), entry('1')] };
        return json(200, page, { 'content-type': ociIndex, ...(!last && { link: `<${path}?page=2>; rel="next"` }) });
      },
    });
    expect((await list()).map(({ digest }) => digest.at(-1))).toEqual(['0', '1', '2']);
  });
});
