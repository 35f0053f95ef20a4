import { generateKeyPairSync } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import type { Account } from '../../../shared/account.js';
import { certsFolders } from '../../../main/accounts/certs-folder.js';
import { loadTrust } from '../../../main/accounts/trust.js';
import { problemOf } from './problem-of.js';
import { temporaryFolder } from './temporary-folder.js';

/** Real certificates, in the form in which they come out: one line end after the block. */
const [first = '', second = '', third = ''] = rootCertificates.map((pem) => `${pem.trim()}\n`);
const host = 'registry.example:5000';
const key = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;

/** A certs.d with files for the host; nothing of this machine's own is looked at. */
async function certsFolder(files: Record<string, string>) {
  const folder = await temporaryFolder();
  await mkdir(join(folder, host));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, host, name), content);
  return { folder, sources: { env: {}, bundles: [], folders: [folder] } };
}

test('the first bundle that is there gives the authorities of the system, each one a block of its own', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.crt'), `# A comment\n${first}\n${second.replaceAll('\n', '\r\n')}`);
  await writeFile(join(folder, 'b.crt'), third);
  const bundles = ['absent.crt', 'a.crt', 'b.crt'].map((name) => join(folder, name));
  expect((await loadTrust(host, { env: {}, bundles, folders: [] })).certificates).toEqual([first, second]);
});

test('SSL_CERT_FILE and SSL_CERT_DIR take the place of the system, and links under hashes count once', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'certs'));
  await writeFile(join(folder, 'system.crt'), first);
  await writeFile(join(folder, 'file.crt'), second);
  await writeFile(join(folder, 'certs/company.pem'), third);
  await symlink('company.pem', join(folder, 'certs/0a1b2c3d.0'));
  const loaded = async (env: NodeJS.ProcessEnv) => (await loadTrust(host, { env, bundles: [join(folder, 'system.crt')], folders: [] })).certificates;
  expect(await loaded({})).toEqual([first]);
  expect(await loaded({ SSL_CERT_FILE: join(folder, 'file.crt') })).toEqual([second]);
  expect(await loaded({ SSL_CERT_DIR: `/nowhere:${join(folder, 'certs')}` })).toEqual([third]);
  expect(await loaded({ SSL_CERT_FILE: join(folder, 'file.crt'), SSL_CERT_DIR: join(folder, 'certs') })).toEqual([second, third]);
});

test('an SSL_CERT_FILE that is not there or has no certificate is a problem that names it', async () => {
  const file = join(await temporaryFolder(), 'company.pem');
  const load = () => loadTrust(host, { env: { SSL_CERT_FILE: file }, bundles: [], folders: [] });
  expect(await problemOf(load())).toMatchObject({ code: 'file-unknown', message: expect.stringContaining(file) as string });
  await writeFile(file, 'nonsense');
  expect(await problemOf(load())).toMatchObject({ code: 'certificate-unreadable', message: expect.stringContaining(file) as string });
});

test("Docker's and Podman's folders for exactly this host and port add authorities", async () => {
  const { sources } = await certsFolder({ 'ca.crt': first, 'more.crt': second, 'notes.txt': 'hello' });
  expect((await loadTrust(host, sources)).certificates).toEqual([first, second]);
  expect((await loadTrust('registry.example', sources)).certificates).toEqual([]);
  expect((await loadTrust('registry.example:5001', sources)).certificates).toEqual([]);
});

test('a pair of .cert and .key is what this side shows, the one of the first folder', async () => {
  const one = await certsFolder({ 'client.cert': first, 'client.key': key });
  const other = await certsFolder({ 'client.cert': second, 'client.key': key });
  expect(await loadTrust(host, one.sources)).toEqual({ certificates: [], client: { certificate: first, key } });
  const both = await loadTrust(host, { ...one.sources, folders: [one.folder, other.folder] });
  expect(both.client?.certificate).toBe(first);
});

test('the folders are those of Docker and Podman, of the person and of the machine', () => {
  expect(certsFolders('/home/anna')).toEqual([
    '/home/anna/.config/containers/certs.d',
    '/home/anna/.config/docker/certs.d',
    '/home/anna/.docker/certs.d',
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
  ]);
});

test("the account's own authority and pin are part of it", async () => {
  const account = { certificates: [third], pinned: 'AB:CD' } as unknown as Account;
  const { sources } = await certsFolder({ 'ca.crt': first });
  expect(await loadTrust(host, { ...sources, account })).toEqual({ certificates: [first, third], pinned: 'AB:CD' });
});

test.each([
  ['ca.crt', { 'ca.crt': 'not a certificate' }],
  ['ca.crt', { 'ca.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }],
  ['ca.crt', { 'ca.crt': first + second.replace(/\n.+\n/, '\n') }],
  ['client.cert', { 'client.cert': first }],
  ['client.cert', { 'client.cert': 'nonsense', 'client.key': key }],
  ['client.key', { 'client.cert': first, 'client.key': 'nonsense' }],
] as [string, Record<string, string>][])('a fault in %s is a problem that names the file', async (name, files) => {
  const { folder, sources } = await certsFolder(files);
  const problem = await problemOf(loadTrust(host, sources));
  expect(problem.code).toBe('certificate-unreadable');
  expect(problem.message).toContain(join(folder, host, name));
  expect(problem.problem.layer).toBe('tls');
});

test('a folder in the place of a certificate is a problem that names it', async () => {
  const { folder, sources } = await certsFolder({});
  await mkdir(join(folder, host, 'ca.crt'));
  expect((await problemOf(loadTrust(host, sources))).message).toContain(join(folder, host, 'ca.crt'));
});
