import { expect, test } from 'vitest';
import { mediaTypes } from '../../../main/image/media-types.js';
import { openLibrary } from '../../../main/library/library.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { useFolder } from './folder.js';
import { addImage, makeImage, makeManifest, pushImage, signal } from './images.js';

const folder = useFolder();

test('named manifests, and those inside of named indexes, are found by their subject', async () => {
  const library = await openLibrary(folder.path);
  const app = await addImage(library, makeImage('app'), 'localhost/app:1');
  const other = await addImage(library, makeImage('other'), 'localhost/other:1');
  const signature = makeImage('signature', [], { subject: app.root.descriptor, artifactType: 'application/vnd.example.signature', annotations: { by: 'tester' } });
  await addImage(library, signature, `localhost/app@${signature.root.descriptor.digest}`);
  const inner = makeImage('inner', [], { subject: app.root.descriptor });
  const elsewhere = makeImage('elsewhere', [], { subject: other.root.descriptor });
  const job = await library.openJob();
  for (const image of [inner, elsewhere]) await pushImage(job, image);
  await job.tag(makeManifest({ manifests: [inner.root.descriptor, elsewhere.root.descriptor] }, mediaTypes.ociIndex), 'localhost/bundle:1', { signal });
  await job.end(true);

  const found: Descriptor[] = [];
  for await (const descriptor of library.referrers(app.root.descriptor, { signal })) found.push(descriptor);
  expect(found).toHaveLength(2);
  expect(found).toContainEqual({ ...signature.root.descriptor, artifactType: 'application/vnd.example.signature', annotations: { by: 'tester' } });
  expect(found).toContainEqual({ ...inner.root.descriptor, artifactType: mediaTypes.ociConfig });
});
