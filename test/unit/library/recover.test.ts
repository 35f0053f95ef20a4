import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { self, type Owner } from '../../../main/disk/owner.js';
import { openLibrary, type Library } from '../../../main/library/library.js';
import { deadOwner } from '../disk/owners.js';
import { useFolder } from './folder.js';
import { blobFile, bodyOf, describeBytes, inTwoDays, makeBytes, signal } from './images.js';

const folder = useFolder();
const good = makeBytes('good', 1000);
const torn = describeBytes(makeBytes('torn', 1000));
let library: Library;
beforeEach(async () => {
  library = await openLibrary(folder.path);
  await writeFile(blobFile(folder.path, describeBytes(good).digest), good);
  await writeFile(blobFile(folder.path, torn.digest), Buffer.alloc(1000));
});

const leases = (): Promise<string[]> => readdir(join(folder.path, 'leases'));

async function leave(owner: Owner, kind: 'unsynced' | 'relied' = 'unsynced'): Promise<void> {
  const digests = [describeBytes(good).digest, torn.digest, describeBytes(Buffer.from('never came')).digest];
  await writeFile(join(folder.path, 'leases', 'left.json'), JSON.stringify({ owner, unsynced: [], relied: [], [kind]: digests }));
}

test('after the machine went down, unsynced blobs are hashed again and torn ones removed', async () => {
  await leave({ ...self, boot: 'the-one-before' });
  await openLibrary(folder.path);
  expect(await library.stat(describeBytes(good).digest)).toBe(1000);
  expect(await library.stat(torn.digest)).toBeUndefined();
  expect(await leases()).toEqual([]);
});

test('hashing after a power cut can be cancelled, and is done by the next', async () => {
  await leave({ ...self, boot: 'the-one-before' });
  await expect(openLibrary(folder.path, { signal: AbortSignal.abort(new Error('cancelled here')) })).rejects.toThrow('cancelled here');
  expect(await leases()).toEqual(['left.json']);
  await openLibrary(folder.path);
  expect([await library.stat(torn.digest), await leases()]).toEqual([undefined, []]);
});

test('where starts of the machine cannot be told apart, a dead job counts as from before', async () => {
  await leave({ ...(await deadOwner()), boot: '' });
  await openLibrary(folder.path);
  expect(await library.stat(torn.digest)).toBeUndefined();
});

test('what a job only relied on is not hashed again', async () => {
  await leave({ ...self, boot: 'the-one-before' }, 'relied');
  await openLibrary(folder.path);
  expect(await library.stat(torn.digest)).toBe(1000);
  expect(await leases()).toEqual([]);
});

test('who opens the library removes what killed processes left between two steps', async () => {
  const dead = await deadOwner();
  for (const name of ['ingest/sha256-0123.lock', 'leases/left.json.lock', 'index.lock']) await writeFile(join(folder.path, name), JSON.stringify(dead));
  for (const name of ['index.json', 'leases/left.json']) await writeFile(join(folder.path, `${name}.${dead.pid}-0123abcd.partial`), '{');
  await openLibrary(folder.path);
  expect((await readdir(folder.path)).sort()).toEqual(['blobs', 'index.json', 'ingest', 'leases', 'oci-layout']);
  expect([await leases(), await readdir(join(folder.path, 'ingest'))]).toEqual([[], []]);
});

test('a process that died while the machine ran on left whole blobs: they stay', async () => {
  await leave(await deadOwner());
  await openLibrary(folder.path);
  expect(await library.stat(torn.digest)).toBe(1000);
  expect(await leases()).toEqual([]);
});

test('the lease of a job that runs is left alone', async () => {
  await leave(self);
  await openLibrary(folder.path);
  expect(await leases()).toEqual(['left.json']);
});

test('prune settles the leases of the dead, so that they hold nothing for ever', async () => {
  await leave(await deadOwner());
  expect(await library.prune({ signal, now: inTwoDays() })).toMatchObject({ blobs: 2 });
  expect(await leases()).toEqual([]);
});

test('a lease that cannot be read stops nobody', async () => {
  await writeFile(join(folder.path, 'leases', 'bad.json'), '{"owner":');
  await expect(openLibrary(folder.path)).resolves.toBeDefined();
});

test('a job syncs what another wrote and has not synced, and names it in its lease', async () => {
  const bytes = makeBytes('of two jobs', 100);
  const [first, second] = [await library.openJob(), await library.openJob()];
  await first.push(describeBytes(bytes), bodyOf(bytes), { signal });
  await second.exists(describeBytes(bytes), { signal });
  const records = await Promise.all((await leases()).map(async (name) => JSON.parse(await readFile(join(folder.path, 'leases', name), 'utf8')) as { unsynced: string[] }));
  expect(records.map(({ unsynced }) => unsynced)).toEqual([[describeBytes(bytes).digest], [describeBytes(bytes).digest]]);
  await first.end(true);
  await second.end(true);
  const third = await library.openJob();
  await third.exists(describeBytes(bytes), { signal });
  const [name = ''] = await leases();
  expect(JSON.parse(await readFile(join(folder.path, 'leases', name), 'utf8'))).toMatchObject({ owner: self, unsynced: [], relied: [describeBytes(bytes).digest] });
});

test('a lease names a blob before a byte of it is written', async () => {
  const bytes = makeBytes('later', 100);
  const job = await library.openJob('from.example.com/app:1');
  let record: unknown;
  const body = async (offset: number): ReturnType<ReturnType<typeof bodyOf>> => {
    const [name = ''] = await leases();
    record = JSON.parse(await readFile(join(folder.path, 'leases', name), 'utf8'));
    return bodyOf(bytes)(offset);
  };
  await job.push(describeBytes(bytes), body, { signal });
  expect(record).toEqual({ owner: self, label: 'from.example.com/app:1', unsynced: [describeBytes(bytes).digest], relied: [] });
});
