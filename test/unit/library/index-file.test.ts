import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { atomicWrite } from '../../../main/disk/atomic-write.js';
import { readIndex } from '../../../main/library/index-file.js';
import { layoutOf, type Layout } from '../../../main/library/layout.js';
import { openLibrary } from '../../../main/library/library.js';
import { useFolder } from './folder.js';
import { addImage, inTwoDays, makeImage, signal } from './images.js';

const folder = useFolder();
const indexFile = (): string => join(folder.path, 'index.json');

test.each([
  ['cut in the middle', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['no object', () => '[]'],
  ['without its list', () => '{"schemaVersion":2}'],
  ['with a digest that is none', (text: string) => text.replace(/sha256:[0-9a-f]{64}/, 'sha256:../../etc/passwd')],
])('an index that is %s is set aside, named in a notice, and nothing is lost', async (_, damage) => {
  const { root } = await addImage(await openLibrary(folder.path), makeImage('app'), 'localhost/app:1');
  const damaged = damage(await readFile(indexFile(), 'utf8'));
  await writeFile(indexFile(), damaged);

  const library = await openLibrary(folder.path);
  const [aside = ''] = (await readdir(folder.path)).filter((name) => name.startsWith('index.json.damaged-'));
  expect(library.notices).toMatchObject([{ code: 'library-damaged', message: expect.stringContaining(aside) as string }]);
  expect(await readFile(join(folder.path, aside), 'utf8')).toBe(damaged);
  expect(await library.entries()).toEqual([]);
  expect(await library.resolve(root.descriptor.digest, { signal })).toEqual(root);

  await expect(library.prune({ signal, now: inTwoDays() })).rejects.toMatchObject({ code: 'library-damaged', message: expect.stringContaining(aside) as string });
  expect(await library.resolve(root.descriptor.digest, { signal })).toEqual(root);
  await rm(join(folder.path, aside));
  expect(await library.prune({ signal, now: inTwoDays() })).toMatchObject({ blobs: 3 });
});

test('an index that is damaged while the library is open is a problem and is not overwritten', async () => {
  const library = await openLibrary(folder.path);
  await addImage(library, makeImage('app'), 'localhost/app:1');
  await writeFile(indexFile(), '{"manifests":');
  await expect(library.entries()).rejects.toMatchObject({ code: 'library-damaged' });
  await expect(library.removeName('localhost/app:1')).rejects.toMatchObject({ code: 'library-damaged' });
  expect(await readFile(indexFile(), 'utf8')).toBe('{"manifests":');
});

test('what other tools keep in the index stays, and their images have names', async () => {
  const library = await openLibrary(folder.path);
  const { root } = await addImage(library, makeImage('app'), 'localhost/app:1');
  const foreign = { ...root.descriptor, annotations: { 'org.example.note': 'kept' } };
  const skopeo = { ...root.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'quay.io/team/tool:2' } };
  await writeFile(indexFile(), JSON.stringify({ schemaVersion: 2, annotations: { 'org.example.top': 'kept' }, manifests: [foreign, skopeo] }));
  await addImage(library, makeImage('other'), 'localhost/other:1');
  const index = JSON.parse(await readFile(indexFile(), 'utf8')) as { annotations: object; manifests: object[] };
  expect(index.annotations).toEqual({ 'org.example.top': 'kept' });
  expect(index.manifests.slice(0, 2)).toEqual([foreign, skopeo]);
  expect((await library.entries()).map(({ name }) => name)).toEqual([`localhost/unnamed@${root.descriptor.digest}`, 'quay.io/team/tool:2', 'localhost/other:1']);
  await library.removeName(`localhost/unnamed@${root.descriptor.digest}`);
  expect(await library.entries()).toHaveLength(2);
});

test('many commits at once lose none', async () => {
  const library = await openLibrary(folder.path);
  const image = await addImage(library, makeImage('app'), 'localhost/app:0');
  const jobs = await Promise.all(Array.from({ length: 10 }, () => library.openJob()));
  await Promise.all(jobs.map((job, at) => job.tag(image.root, `localhost/app:${at + 1}`, { signal })));
  await Promise.all(jobs.map((job) => job.end(true)));
  expect(await library.entries()).toHaveLength(11);
});

describe('an index that was read before', () => {
  let layout: Layout;
  beforeEach(async () => {
    layout = layoutOf(folder.path);
    await addImage(await openLibrary(folder.path), makeImage('app'), 'localhost/app:1');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** The same size, so that only the file itself tells. */
  const renamed = async (): Promise<string> => (await readFile(indexFile(), 'utf8')).replaceAll('app:1', 'app:2');
  const annotated = async (): Promise<string> => JSON.stringify(await readIndex(layout));

  test('is not parsed again while it stays the same', async () => {
    expect(await readIndex(layout)).toBe(await readIndex(layout));
    const library = await openLibrary(folder.path);
    expect((await library.entries())[0]).toBe((await library.entries())[0]);
  });

  test('is read again when it was replaced or written over', async () => {
    expect(await annotated()).toContain('app:1');
    await atomicWrite(indexFile(), await renamed());
    vi.setSystemTime(Date.now() + 10_000);
    expect(await annotated()).toContain('app:2');
    const { atime, mtime } = await stat(indexFile());
    await writeFile(indexFile(), (await readFile(indexFile(), 'utf8')).replaceAll('app:2', 'app:3'));
    await utimes(indexFile(), atime, mtime);
    expect(await annotated()).toContain('app:3');
  });

  test('is read again while the clock of the file system may stand still', async () => {
    const now = (await stat(indexFile())).ctimeMs;
    vi.setSystemTime(now + 1_900);
    expect(await readIndex(layout)).not.toBe(await readIndex(layout));
    vi.setSystemTime(now - 60_000);
    expect(await readIndex(layout)).not.toBe(await readIndex(layout));
  });

  test('is empty when it is gone, and damaged when it was damaged', async () => {
    await readIndex(layout);
    await writeFile(indexFile(), '{');
    await expect(readIndex(layout)).rejects.toMatchObject({ code: 'library-damaged' });
    await rm(indexFile());
    expect(await readIndex(layout)).toEqual([]);
  });
});
