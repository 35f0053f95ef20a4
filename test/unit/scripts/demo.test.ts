import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { self } from '../../../main/disk/owner.js';
import { digestOf } from '../../../main/image/digest.js';
import { askDigest } from '../../../scripts/demo/ask-digest.js';
import { clearOutput } from '../../../scripts/demo/clear-output.js';
import { expectSame, type Carried } from '../../../scripts/demo/compare.js';
import { describeArchive } from '../../../scripts/demo/describe-archive.js';
import { openRunFolder } from '../../../scripts/demo/run-folder.js';

const [one, other] = [digestOf('one'), digestOf('other')];

/** A registry that answers everything with these bytes, and says this digest. */
async function registryWith(body: string, digest: string, status = 200): Promise<{ host: string; url: string }> {
  const server = createServer((_, response) => response.writeHead(status, { 'docker-content-digest': digest }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `http://${host}` };
}

test('a digest is taken from the bytes that a registry sends, and its header must say the same', async () => {
  expect(await askDigest(await registryWith('one', one), 'team/app:1')).toBe(one);
  await expect(askDigest(await registryWith('one', other), 'team/app:1')).rejects.toThrow(/says sha256:/);
  await expect(askDigest(await registryWith('one', one, 404), 'team/app:1')).rejects.toThrow('answers 404');
});

test('the demo fails when either tag at the second registry is another image', () => {
  const carried: Carried = { source: 'a', target: 'b', also: 'c', sourceDigest: one, targetDigest: one, alsoDigest: one };
  expect(() => expectSame([carried])).not.toThrow();
  expect(() => expectSame([carried, { ...carried, targetDigest: other }])).toThrow('b is not what a is');
  expect(() => expectSame([{ ...carried, alsoDigest: other }])).toThrow('c is not what a is');
});

test('the archive of the demo is read again, and its checksum must stand beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-demo-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'images.tar');
  const sha256 = one.slice('sha256:'.length);
  await writeFile(file, 'one');
  await writeFile(`${file}.sha256`, `${sha256}  images.tar\n`);
  expect(await describeArchive(file)).toEqual({ file, bytes: 3, sha256 });
  await writeFile(file, 'other');
  await expect(describeArchive(file)).rejects.toThrow('is not the checksum of');
});

test('what a killed demo left is cleared away by the next, and what another one uses is not', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'longshore-demo-'));
  onTestFinished(() => rm(cache, { recursive: true }));
  const used = await openRunFolder(cache, 'no program');
  const [left, begun] = [join(cache, 'run-left'), join(cache, 'run-begun')];
  for (const folder of [left, begun]) await mkdir(folder);
  await writeFile(join(left, 'owner.json'), JSON.stringify({ ...self, started: '0' }));
  const next = await openRunFolder(cache, 'no program');
  expect((await readdir(cache)).sort()).toEqual([begun, used, next].map((folder) => basename(folder)).sort());
});

test('the demo empties the folder of an earlier one, and touches no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-demo-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [output, precious] = [join(folder, 'output'), join(folder, 'precious')];
  await clearOutput(output);
  await writeFile(join(output, 'images.tar'), 'old');
  await clearOutput(output);
  expect(await readdir(output)).toEqual(['report.json']);
  await mkdir(precious);
  await writeFile(join(precious, 'thesis.txt'), 'years');
  await expect(clearOutput(precious)).rejects.toThrow('choose another folder');
  expect(await readdir(precious)).toEqual(['thesis.txt']);
});
