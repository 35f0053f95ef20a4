import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { discardBlob } from '../../../main/library/discard.js';
import { openLibrary } from '../../../main/library/library.js';
import { useFolder } from './folder.js';
import { addImage, blobFile, bodyOf, describeBytes, makeBytes, makeImage, signal } from './images.js';

const folder = useFolder();

test('a blob is removed at once when neither a name nor a job needs it', async () => {
  const library = await openLibrary(folder.path);
  const bytes = makeBytes('loose', 100);
  const { digest } = describeBytes(bytes);
  const job = await library.openJob();
  await job.push(describeBytes(bytes), bodyOf(bytes), { signal });
  expect(await discardBlob(folder.path, digest, { signal })).toBe('needed');
  await job.end(false);
  expect(await discardBlob(folder.path, digest, { signal })).toBe('removed');
  expect(await discardBlob(folder.path, digest, { signal })).toBe('unknown');
});

test('what an image needs is not removed, nor anything while a manifest cannot be read', async () => {
  const library = await openLibrary(folder.path);
  const image = await addImage(library, makeImage('app'), 'localhost/app:1');
  for (const bytes of [image.config, image.root.bytes, ...image.layers]) {
    expect(await discardBlob(folder.path, describeBytes(bytes).digest, { signal })).toBe('needed');
  }
  await writeFile(blobFile(folder.path, image.root.descriptor.digest), 'x'.repeat(image.root.descriptor.size));
  await expect(discardBlob(folder.path, describeBytes(image.config).digest, { signal })).rejects.toMatchObject({ code: 'library-damaged' });
});
