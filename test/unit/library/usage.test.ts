import { expect, test } from 'vitest';
import { openLibrary } from '../../../main/library/library.js';
import { useFolder } from './folder.js';
import { addImage, bodyOf, describeBytes, makeBytes, makeImage, signal } from './images.js';

const folder = useFolder();

test('each image is told with its bytes, those of its own, and the whole is what is on disk', async () => {
  const library = await openLibrary(folder.path);
  const shared = makeBytes('shared', 10_000);
  const first = await addImage(library, makeImage('first', [shared, makeBytes('own', 500)]), 'localhost/first:1');
  const second = await addImage(library, makeImage('second', [shared]), 'localhost/second:1', 'localhost/second:2');
  const job = await library.openJob();
  const loose = makeBytes('loose', 77);
  await job.push(describeBytes(loose), bodyOf(loose), { signal });
  await job.end(true);
  const head = ({ config, root }: typeof first): number => config.length + root.bytes.length;
  expect(await library.usage()).toMatchObject({
    entries: [
      { name: 'localhost/first:1', total: head(first) + 10_500, own: head(first) + 500 },
      { name: 'localhost/second:1', total: head(second) + 10_000, own: 0 },
      { name: 'localhost/second:2', total: head(second) + 10_000, own: 0 },
    ],
    bytes: head(first) + head(second) + 10_577,
    unnamed: 77,
  });
});
