import { renameSync, writeFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { openLibrary, type Library } from '../../../main/library/library.js';
import { useFolder } from './folder.js';
import { addImage, blobFile, bodyOf, describeBytes, makeBytes, makeImage, signal } from './images.js';

const folder = useFolder();
let library: Library;
beforeEach(async () => {
  library = await openLibrary(folder.path);
});

test('a sound library is read to its last byte', async () => {
  const image = await addImage(library, makeImage('app', [makeBytes('layer', 700_000)]), 'localhost/app:1');
  const bytes = image.config.length + 700_000 + image.root.bytes.length;
  let told = 0;
  expect(await library.verify({ signal, onBytes: (count) => (told += count) })).toEqual({ checked: 3, bytes, damaged: [], missing: [] });
  expect(told).toBe(bytes);
});

test('a damaged layer is set aside and told with the names it belongs to', async () => {
  const shared = makeBytes('shared', 100);
  const { digest } = describeBytes(shared);
  await addImage(library, makeImage('first', [shared]), 'localhost/first:1', 'localhost/first:2');
  await addImage(library, makeImage('second', [shared]), 'localhost/second:1');
  await addImage(library, makeImage('third'), 'localhost/third:1');
  const wrong = Buffer.from(shared).fill(0, 50, 51);
  await writeFile(blobFile(folder.path, digest), wrong);
  const report = await library.verify({ signal });
  expect(report).toMatchObject({ damaged: [{ digest, names: ['localhost/first:1', 'localhost/first:2', 'localhost/second:1'] }], missing: [] });
  expect(await readFile(report.damaged[0]?.movedTo ?? '')).toEqual(wrong);
  expect(await library.stat(digest)).toBeUndefined();

  expect(await library.verify({ signal })).toMatchObject({ damaged: [], missing: [{ digest, names: report.damaged[0]?.names }] });
  const job = await library.openJob();
  expect(await job.push(describeBytes(shared), bodyOf(shared), { signal })).toBe('written');
  await job.end(true);
  expect(await library.verify({ signal })).toMatchObject({ damaged: [], missing: [] });
});

test('a damaged manifest is set aside like any other blob', async () => {
  const { root } = await addImage(library, makeImage('app'), 'localhost/app:1');
  await writeFile(blobFile(folder.path, root.descriptor.digest), Buffer.alloc(root.descriptor.size, 'x'));
  expect(await library.verify({ signal })).toMatchObject({ damaged: [{ digest: root.descriptor.digest, names: ['localhost/app:1'] }] });
});

test('a missing config is told; a layer that only its maker may hand out is not missed', async () => {
  const foreign = { ...describeBytes(Buffer.from('windows')), mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' };
  const image = makeImage('app', [], { layers: [foreign] });
  await addImage(library, image, 'localhost/app:1');
  const { digest } = describeBytes(image.config);
  expect(await library.verify({ signal })).toMatchObject({ damaged: [], missing: [] });
  await rm(blobFile(folder.path, digest));
  expect(await library.verify({ signal })).toMatchObject({ missing: [{ digest, names: ['localhost/app:1'] }] });
});

test('a damaged blob without a name is set aside too', async () => {
  const job = await library.openJob();
  const bytes = makeBytes('nameless', 10);
  await job.push(describeBytes(bytes), bodyOf(bytes), { signal });
  await job.end(true);
  await writeFile(blobFile(folder.path, describeBytes(bytes).digest), 'other');
  expect(await library.verify({ signal })).toMatchObject({ damaged: [{ names: [] }] });
});

test('a blob that was brought in anew while it was read is not set aside', async () => {
  const layer = makeBytes('layer', 1000);
  await addImage(library, makeImage('app', [layer]), 'localhost/app:1');
  const path = blobFile(folder.path, describeBytes(layer).digest);
  await writeFile(path, Buffer.alloc(1000));
  const renew = (): void => {
    writeFileSync(`${path}.new`, layer);
    renameSync(`${path}.new`, path);
  };
  expect(await library.verify({ signal, onBytes: renew })).toMatchObject({ damaged: [], missing: [] });
  expect(await library.stat(describeBytes(layer).digest)).toBe(1000);
});

test('a verify that is cancelled ends with the reason', async () => {
  await addImage(library, makeImage('app', [makeBytes('layer', 2_000_000)]), 'localhost/app:1');
  const stop = new AbortController();
  await expect(library.verify({ signal: stop.signal, onBytes: () => stop.abort(new Error('enough')) })).rejects.toThrow('enough');
});
