import { chmod, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mediaTypes } from '../../../main/image/media-types.js';
import { openLibrary } from '../../../main/library/library.js';
import { useFolder } from './folder.js';
import { addImage, blobFile, bodyOf, describeBytes, makeBytes, makeImage, makeManifest, pushImage, readAll, signal } from './images.js';

const folder = useFolder();

test('a new library is an OCI layout with an empty index', async () => {
  const library = await openLibrary(join(folder.path, 'deep', 'library'));
  expect(JSON.parse(await readFile(join(library.folder, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
  expect(JSON.parse(await readFile(join(library.folder, 'index.json'), 'utf8'))).toEqual({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] });
  expect(await library.entries()).toEqual([]);
  expect(library.notices).toEqual([]);
});

test('what a job pushed and tagged is found as people write it', async () => {
  const library = await openLibrary(folder.path);
  const job = await library.openJob('mirror.example.com/alpine:3');
  const { root } = await pushImage(job, makeImage('alpine'));
  await job.tag(root, 'alpine', { signal });
  await job.end(true);
  const [entry] = await library.entries();
  expect(entry).toEqual({
    name: 'docker.io/library/alpine:latest',
    reference: { host: 'docker.io', repository: 'library/alpine', tag: 'latest' },
    descriptor: root.descriptor,
    source: 'mirror.example.com/alpine:3',
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
  });
  const { digest } = root.descriptor;
  for (const reference of ['alpine', 'docker.io/library/alpine:latest', digest, `alpine@${digest}`, `elsewhere.example.com/other:1@${digest}`]) {
    expect(await library.resolve(reference, { signal })).toEqual(root);
  }
});

test('index.json names an image for containerd and for skopeo', async () => {
  const library = await openLibrary(folder.path);
  await addImage(library, makeImage('app'), 'registry.example.com/team/app:1.0');
  const index = JSON.parse(await readFile(join(folder.path, 'index.json'), 'utf8')) as { manifests: { annotations: object }[] };
  expect(index.manifests[0]?.annotations).toMatchObject({
    'io.containerd.image.name': 'registry.example.com/team/app:1.0',
    'org.opencontainers.image.ref.name': 'registry.example.com/team/app:1.0',
  });
});

test('a platform of an index is found by its digest', async () => {
  const library = await openLibrary(folder.path);
  const child = makeImage('arm');
  const index = makeManifest({ manifests: [child.root.descriptor] }, mediaTypes.ociIndex);
  const job = await library.openJob();
  await pushImage(job, child);
  await job.tag(index, 'localhost/multi:1', { signal });
  await job.end(true);
  expect(await library.resolve(`localhost/multi@${child.root.descriptor.digest}`, { signal })).toEqual(child.root);
});

test('a blob that is no manifest is no image', async () => {
  const library = await openLibrary(folder.path);
  const { config } = await addImage(library, makeImage('app', [makeBytes('noise', 100)]), 'localhost/app:1');
  for (const bytes of [config, makeBytes('noise', 100)]) {
    await expect(library.resolve(describeBytes(bytes).digest, { signal })).rejects.toMatchObject({ code: 'image-unknown' });
  }
});

test('an unknown name is told together with the names that come near', async () => {
  const library = await openLibrary(folder.path);
  await expect(library.resolve('alpine', { signal })).rejects.toMatchObject({ code: 'image-unknown', problem: { next: expect.stringContaining('empty') as string } });
  await addImage(library, makeImage('a'), 'registry.example.com/team/app:1.0', 'registry.example.com/team/app:1.1', 'registry.example.com/team/database:7');
  await expect(library.resolve('registry.example.com/team/app:2.0', { signal })).rejects.toMatchObject({
    message: 'The library has no image registry.example.com/team/app:2.0.',
    problem: { next: 'Did you mean registry.example.com/team/app:1.0 or registry.example.com/team/app:1.1?' },
  });
  await expect(library.resolve('database', { signal })).rejects.toMatchObject({ problem: { next: 'Did you mean registry.example.com/team/database:7?' } });
  await expect(library.resolve('nginx', { signal })).rejects.toMatchObject({ problem: { command: expect.stringContaining('library list') as string } });
});

test('a name that is no reference is refused as such', async () => {
  const library = await openLibrary(folder.path);
  await expect(library.resolve('Not A Name', { signal })).rejects.toMatchObject({ code: 'reference-invalid' });
});

test('a name moves to the image it was given last, and the other names stay', async () => {
  const library = await openLibrary(folder.path);
  const first = await addImage(library, makeImage('first'), 'localhost/app:1', 'localhost/app:latest');
  const second = await addImage(library, makeImage('second'), 'localhost/app:latest');
  const digests = Object.fromEntries((await library.entries()).map(({ name, descriptor }) => [name, descriptor.digest]));
  expect(digests).toEqual({ 'localhost/app:1': first.root.descriptor.digest, 'localhost/app:latest': second.root.descriptor.digest });
  const job = await library.openJob();
  expect(await job.current('localhost/app', { signal })).toBe(second.root.descriptor.digest);
  expect(await job.current('localhost/app:2', { signal })).toBeUndefined();
  await job.end(false);
});

test('an untagged image is filed under its digest', async () => {
  const library = await openLibrary(folder.path);
  const image = makeImage('untagged');
  const { digest } = image.root.descriptor;
  await addImage(library, image, `localhost/app@${digest}`);
  expect((await library.entries()).map(({ name }) => name)).toEqual([`localhost/app@${digest}`]);
});

test('tag stores the root itself when nobody pushed it before', async () => {
  const library = await openLibrary(folder.path);
  const { root } = makeImage('root');
  const job = await library.openJob();
  await job.tag(root, 'localhost/app:1', { signal });
  await job.end(true);
  expect(await readFile(blobFile(folder.path, root.descriptor.digest))).toEqual(root.bytes);
});

test('a removed name is gone, and removing it again says so', async () => {
  const library = await openLibrary(folder.path);
  await addImage(library, makeImage('app'), 'localhost/app:1', 'localhost/app:2');
  await library.removeName('localhost/app:1');
  expect((await library.entries()).map(({ name }) => name)).toEqual(['localhost/app:2']);
  await expect(library.removeName('localhost/app:1')).rejects.toMatchObject({ code: 'image-unknown', problem: { next: 'Did you mean localhost/app:2?' } });
});

test('entries are taken away as they were found: what is gone or moved since is left alone', async () => {
  const library = await openLibrary(folder.path);
  await addImage(library, makeImage('one'), 'localhost/gone:1', 'localhost/moved:1', 'localhost/same:1', 'localhost/other:1');
  const found = (await library.entries()).filter(({ reference }) => reference.repository !== 'other');
  await library.removeName('localhost/gone:1');
  await addImage(library, makeImage('two'), 'localhost/moved:1');
  await library.removeEntries(found);
  expect((await library.entries()).map(({ name }) => name)).toEqual(['localhost/other:1', 'localhost/moved:1']);
});

test('a range of a blob is read as asked for', async () => {
  const library = await openLibrary(folder.path);
  const bytes = makeBytes('ranged', 1_500_000);
  const job = await library.openJob();
  const descriptor = describeBytes(bytes);
  await job.push(descriptor, bodyOf(bytes), { signal });
  await job.end(true);
  expect((await readAll(await library.fetch(descriptor, { signal }))).equals(bytes)).toBe(true);
  expect((await readAll(await library.fetch(descriptor, { signal, offset: 600_000, end: 1_200_001 }))).equals(bytes.subarray(600_000, 1_200_001))).toBe(true);
  expect((await readAll(await library.fetch(descriptor, { signal, offset: 1_400_000, end: 9_000_000 }))).equals(bytes.subarray(1_400_000))).toBe(true);
  expect(await library.stat(descriptor.digest)).toBe(1_500_000);
});

test('breaking off a read closes the file', async () => {
  const library = await openLibrary(folder.path);
  const bytes = makeBytes('broken off', 1_500_000);
  const job = await library.openJob();
  await job.push(describeBytes(bytes), bodyOf(bytes), { signal });
  await job.end(true);
  const openFiles = async (): Promise<string[]> => {
    const targets = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return targets.filter((path) => path.startsWith(folder.path));
  };
  for await (const _ of await library.fetch(describeBytes(bytes), { signal })) {
    expect(await openFiles()).toHaveLength(1);
    break;
  }
  expect(await openFiles()).toEqual([]);
});

test('a blob that is not there is told before reading begins', async () => {
  const library = await openLibrary(folder.path);
  const absent = describeBytes(Buffer.from('absent'));
  await expect(library.fetch(absent, { signal })).rejects.toMatchObject({ code: 'blob-unknown' });
  expect(await library.stat(absent.digest)).toBeUndefined();
});

test('an image whose manifest was damaged on disk is not handed out', async () => {
  const library = await openLibrary(folder.path);
  const { root } = await addImage(library, makeImage('app'), 'localhost/app:1');
  const path = blobFile(folder.path, root.descriptor.digest);
  await writeFile(path, Buffer.from(root.bytes).fill('x', 10, 11));
  await expect(library.resolve('localhost/app:1', { signal })).rejects.toMatchObject({ code: 'library-damaged', message: expect.stringContaining(path) as string });
});

test('a folder whose place is taken by a file is a problem that names it', async () => {
  const path = join(folder.path, 'file');
  await writeFile(path, '');
  await chmod(path, 0o644);
  await expect(openLibrary(path)).rejects.toMatchObject({ problem: { layer: 'disk' }, message: expect.stringContaining(path) as string });
  await mkdir(join(folder.path, 'library'));
  await expect(openLibrary(join(folder.path, 'library'))).resolves.toBeDefined();
});
