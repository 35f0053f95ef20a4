import { rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { libraryHandlers } from '../../../main/application/library.js';
import { openLibrary, type Library } from '../../../main/library/library.js';
import { useFolder } from '../library/folder.js';
import { addImage, blobFile, describeBytes, makeBytes, makeImage, signal } from '../library/images.js';
import { problemOf } from '../registry/connect.js';

const folder = useFolder();

async function open(...names: string[]): Promise<{ library: Library; handlers: ReturnType<typeof libraryHandlers> }> {
  const library = await openLibrary(folder.path);
  for (const name of names) await addImage(library, makeImage(name), name);
  return { library, handlers: libraryHandlers({ library }) };
}

const namesIn = async (library: Library): Promise<string[]> => (await library.entries()).map(({ name }) => name);

test('names go together, or none goes where one is not there', async () => {
  const { library, handlers } = await open('localhost/a:1', 'localhost/b:1', 'localhost/c:1');
  expect(await problemOf(handlers['library.remove']({ names: ['localhost/a:1', 'localhost/none:1'] }, { signal }))).toMatchObject({ code: 'image-unknown' });
  expect(await namesIn(library)).toHaveLength(3);
  await handlers['library.remove']({ names: ['localhost/a:1', 'localhost/c:1', 'localhost/a:1'] }, { signal });
  expect(await namesIn(library)).toEqual(['localhost/b:1']);
});

test('what is removed frees its bytes at once, and none that another image or a running transfer needs', async () => {
  const shared = makeBytes('shared', 500);
  const own = makeBytes('own', 2000);
  const { library, handlers } = await open();
  await addImage(library, makeImage('kept', [shared]), 'localhost/kept:1');
  const removed = await addImage(library, makeImage('removed', [shared, own, makeBytes('awaited', 100)]), 'localhost/removed:1');
  const [, ownLayer, awaited] = removed.layers.map((layer) => describeBytes(layer));
  const transfer = await library.openJob();
  expect(await transfer.exists(awaited!, { signal })).toBe(true);
  expect(await handlers['library.remove']({ names: ['localhost/removed:1'] }, { signal })).toEqual({ bytes: own.length + removed.config.length + removed.root.bytes.length });
  expect(await library.stat(ownLayer!.digest)).toBeUndefined();
  expect(await library.stat(awaited!.digest)).toBe(100);
  await transfer.end(false);
  expect(await handlers['library.verify']({}, { signal })).toMatchObject({ damaged: [], missing: [] });
});

test('what is removed frees nothing of what nobody removed', async () => {
  const { library, handlers } = await open('localhost/a:1', 'localhost/b:1');
  await library.removeName('localhost/b:1');
  await handlers['library.remove']({ names: ['localhost/a:1'] }, { signal });
  expect(await library.stat(describeBytes(makeImage('localhost/b:1').layers[0]!).digest)).toBeDefined();
});

test('a name goes though damage hides what the other images need, and no byte with it', async () => {
  const { library, handlers } = await open('localhost/a:1', 'localhost/b:1');
  await writeFile(blobFile(folder.path, makeImage('localhost/b:1').root.descriptor.digest), 'changed');
  expect(await handlers['library.remove']({ names: ['localhost/a:1'] }, { signal })).toEqual({ bytes: 0 });
  expect(await namesIn(library)).toEqual(['localhost/b:1']);
  expect(await library.stat(describeBytes(makeImage('localhost/a:1').layers[0]!).digest)).toBeDefined();
});

test('a check names what is damaged or missing, and the images that need it', async () => {
  const { handlers } = await open('localhost/a:1', 'localhost/b:1');
  expect(await handlers['library.verify']({}, { signal })).toMatchObject({ checked: 6, damaged: [], missing: [] });
  const [damaged, missing] = ['localhost/a:1', 'localhost/b:1'].map((name) => describeBytes(makeImage(name).layers[0]!).digest);
  await writeFile(blobFile(folder.path, damaged!), 'changed');
  await rm(blobFile(folder.path, missing!));
  const report = await handlers['library.verify']({}, { signal });
  expect(report).toEqual({ checked: 5, bytes: report.bytes, damaged: [{ digest: damaged, names: ['localhost/a:1'] }], missing: [{ digest: missing, names: ['localhost/b:1'] }] });
});

test('a check can be cancelled', async () => {
  const { handlers } = await open('localhost/a:1');
  await expect(handlers['library.verify']({}, { signal: AbortSignal.abort(new Error('no longer wanted')) })).rejects.toThrow('no longer wanted');
});

test('pruning says what would go, and spares what is young', async () => {
  const { library, handlers } = await open('localhost/a:1');
  await library.removeName('localhost/a:1');
  expect(await handlers['library.prune']({ dryRun: true }, { signal })).toEqual({ blobs: 0, bytes: 0 });
});
