import { createServer } from 'node:net';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, selfSigned, type Authority } from '../fake/certificates.js';
import { json, reply } from '../fake/reply.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../fake/registry.js';
import { longshore, problemOf, resultOf } from './longshore.js';

// Each row: what a person does wrong, or what goes wrong on the way; the code, the exit code, and what the sentence must name.

let folder: string;
let home: string;
let authority: Authority;
let registry: FakeRegistry;
const registries: FakeRegistry[] = [];

async function start(options?: FakeOptions): Promise<FakeRegistry> {
  const started = await startFakeRegistry(options);
  registries.push(started);
  started.putImage('team/app', '1.0');
  return started;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-bad-input-'));
  home = join(folder, 'home');
  authority = await createAuthority();
  await writeFile(join(folder, 'authority.pem'), authority.cert);
  registry = await start();
});
afterAll(async () => {
  await Promise.all(registries.map((started) => started.close()));
  await authority.remove();
  await rm(folder, { recursive: true });
});

/** After every failure the library is as it was: empty and sound. */
async function expectNothingKept(): Promise<void> {
  expect(await resultOf(home, ['library', 'verify'])).toMatchObject({ damaged: [], missing: [] });
  expect(await resultOf(home, ['library'])).toMatchObject({ images: [] });
}

describe('an address', () => {
  it.each([
    ['a scheme', (host: string) => `http://${host}`],
    ['a scheme and a trailing slash', (host: string) => `http://${host}/`],
    ['a trailing slash', (host: string) => `${host}/`],
    ['a path', (host: string) => `${host}/v2/`],
    ['spaces around it', (host: string) => ` ${host} `],
  ])('is understood with %s', async (_, write) => {
    expect(await resultOf(home, ['repos', write(registry.host)])).toEqual({ host: registry.host, repositories: ['team/app'] });
  });

  it.each([['ftp://example.com'], ['http://'], ['two words'], [':5000'], ['example.com:99999'], [''], ['a_b.example.com'], ['\u001b[31mexample.com']])('is refused when it is %j', async (address) => {
    const problem = await problemOf(home, ['repos', address]);
    expect(problem).toMatchObject({ code: 'address-invalid', exitCode: 2 });
    expect(problem.message).not.toContain('\u001b');
  });

  it('never repeats a password that was typed into it', async () => {
    const { stdout, stderr } = await longshore(home, ['repos', 'https://user:hunter2@example.com', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ problem: { code: 'address-invalid' } });
    expect(`${stdout}${stderr}`).not.toContain('hunter2');
  });

  it('beyond ASCII is looked up by its ASCII form', async () => {
    const problem = await problemOf(home, ['repos', 'bücher.invalid']);
    expect(problem).toMatchObject({ layer: 'name', exitCode: 4, message: expect.stringContaining('xn--bcher-kva.invalid') });
  });
});

describe('a reference', () => {
  it.each([['registry.example.com/Team/App:1.0'], ['registry.example.com/team/app:'], ['registry.example.com/team/app:bad tag'], ['registry.example.com/team/app@sha256:123'], ['https://registry.example.com/team/app:1.0'], ['/'], [''], ['registry.example.com/team//app']])(
    'is refused when it is %j',
    async (reference) => {
      expect(await problemOf(home, ['pull', reference])).toMatchObject({ code: 'reference-invalid', exitCode: 2 });
    },
  );
});

describe('a host', () => {
  it('that answers HTML with 200 is no registry', async () => {
    const { host } = await start({ quirk: () => reply(200, { 'content-type': 'text/html' }, '<html>Welcome</html>') });
    expect(await problemOf(home, ['repos', host])).toMatchObject({ code: 'not-a-registry', exitCode: 3, message: expect.stringContaining(host) });
  });

  it('behind a captive portal is no registry', async () => {
    const portal = await start({ quirk: () => reply(200, { 'content-type': 'text/html' }, '<html>Accept our terms</html>') });
    const { host } = await start({ quirk: () => reply(302, { location: `${portal.origin}/login` }) });
    const problem = await problemOf(home, ['pull', `${host}/team/app:1.0`]);
    expect(problem).toMatchObject({ layer: 'registry', exitCode: 3, message: expect.stringContaining(host) });
    await expectNothingKept();
  });

  it('that nobody listens on is reported at once or after retries', async () => {
    const closed = await startFakeRegistry();
    await closed.close();
    expect(await problemOf(home, ['repos', closed.host])).toMatchObject({ code: 'connection-refused', exitCode: 5, message: expect.stringContaining(closed.host) });
  });

  it('that speaks no http is no registry', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('220 mail.example.com ESMTP\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { layer } = await problemOf(home, ['repos', `127.0.0.1:${port}`]);
    server.close();
    expect(['registry', 'network', 'tls']).toContain(layer);
  });

  it('beyond this machine is not spoken to without TLS', async () => {
    expect(await problemOf(home, ['repos', 'http://registry.example.com'])).toMatchObject({ code: 'plain-http-refused', exitCode: 2, next: expect.stringContaining('--plain-http') });
  });
});

describe('a certificate', () => {
  const trusting = (): { env: NodeJS.ProcessEnv } => ({ env: { SSL_CERT_FILE: join(folder, 'authority.pem') } });

  it('of an authority that the system trusts is accepted', async () => {
    const { host } = await start({ tls: await authority.issue() });
    expect(await resultOf(home, ['repos', `https://${host}`], trusting())).toMatchObject({ host });
  });

  it('that is self-signed is not trusted', async () => {
    const { host } = await start({ tls: await selfSigned() });
    expect(await problemOf(home, ['repos', `https://${host}`])).toMatchObject({ code: 'certificate-untrusted', exitCode: 6, message: expect.stringContaining(host) });
  });

  it('that has expired is refused', async () => {
    const { host } = await start({ tls: await authority.issue({ expired: true }) });
    expect(await problemOf(home, ['repos', `https://${host}`], trusting())).toMatchObject({ code: 'certificate-expired', exitCode: 6, message: expect.stringContaining(host) });
  });

  it('for another host is refused', async () => {
    const { host } = await start({ tls: await authority.issue({ names: ['DNS:other.example.com'] }) });
    expect(await problemOf(home, ['repos', `https://${host}`], trusting())).toMatchObject({ code: 'certificate-wrong-host', exitCode: 6, message: expect.stringContaining(host) });
  });

  it('is there where http was asked for and https is spoken', async () => {
    const { host } = await start({ tls: await authority.issue() });
    expect(await problemOf(home, ['repos', `http://${host}`], trusting())).toMatchObject({ code: 'https-instead-of-http', exitCode: 6 });
  });
});

describe('an account', () => {
  const signIn = { scheme: 'bearer', username: 'crane', password: 'right' } as const;
  const as = (password: string): { env: NodeJS.ProcessEnv } => ({ env: { LONGSHORE_USERNAME: 'crane', LONGSHORE_PASSWORD: password } });

  it('with the right password gets in', async () => {
    const { host } = await start({ signIn });
    await resultOf(home, ['inspect', `${host}/team/app:1.0`], as('right'));
  });

  it('with a wrong password is told so, and the password is not repeated', async () => {
    const { host } = await start({ signIn });
    const { code, stdout, stderr } = await longshore(home, ['inspect', `${host}/team/app:1.0`, '--json'], as('hunter2'));
    expect(code).toBe(8);
    expect(JSON.parse(stdout)).toMatchObject({ problem: { code: 'credentials-rejected', message: expect.stringContaining(host) } });
    expect(`${stdout}${stderr}`).not.toContain('hunter2');
  });

  it('is asked for where there is none', async () => {
    const { host } = await start({ signIn });
    expect(await problemOf(home, ['inspect', `${host}/team/app:1.0`])).toMatchObject({ code: 'credentials-required', exitCode: 8, next: expect.stringContaining('login') });
  });
});

describe('an image', () => {
  it.each([
    ['an unknown tag', 'team/app:9.9'],
    ['an unknown repository', 'team/none:1.0'],
    ['an unknown digest', `team/app@sha256:${'0'.repeat(64)}`],
  ])('is not found under %s', async (_, name) => {
    const problem = await problemOf(home, ['pull', `${registry.host}/${name}`]);
    expect(['manifest-unknown', 'repository-unknown']).toContain(problem.code);
    expect(problem).toMatchObject({ exitCode: 3, message: expect.stringContaining(name.split(/[:@]/)[0]!) });
    await expectNothingKept();
  });

  it('of schema 1 is refused', async () => {
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const { host } = await start({ quirk: ({ path }) => (path.includes('/manifests/') ? json(200, { schemaVersion: 1, name: 'team/app', fsLayers: [] }, { 'content-type': type }) : undefined) });
    expect(await problemOf(home, ['pull', `${host}/team/app:1.0`])).toMatchObject({ code: 'manifest-schema1', exitCode: 21 });
    await expectNothingKept();
  });

  it.each([
    ['a blob', '/blobs/', (body: Buffer) => Buffer.from(body).fill(0)],
    ['a manifest', '/manifests/', (body: Buffer) => Buffer.concat([body, Buffer.from(' ')])],
  ])('with %s that is not what its digest says is refused, and nothing of it kept', async (_, path, change) => {
    const broken = await start();
    const { digest } = broken.putImage('team/app', '1.0');
    broken.faults.push({ method: 'GET', path, times: 100, change: ({ body }) => ({ body: change(body) }) });
    const problem = await problemOf(home, ['pull', `${broken.host}/team/app@${digest}`]);
    expect(['digest-mismatch', 'size-mismatch']).toContain(problem.code);
    expect(problem.exitCode).toBe(21);
    await expectNothingKept();
  });

  it('is asked for by a platform that can be read', async () => {
    expect(await problemOf(home, ['pull', `${registry.host}/team/app:1.0`, '--platform', 'linux'])).toMatchObject({ code: 'usage-invalid', exitCode: 2 });
  });
});

describe('an archive', () => {
  let archive: Buffer;
  const path = (): string => join(folder, 'odd.tar');
  beforeAll(async () => {
    await resultOf(home, ['save', `${registry.host}/team/app:1.0`, '-o', join(folder, 'good.tar')]);
    archive = await readFile(join(folder, 'good.tar'));
  });

  it.each([
    ['cut in the middle', () => archive.subarray(0, Math.floor(archive.length / 2)), /^archive-(truncated|invalid)$/],
    ['cut in a header', () => archive.subarray(0, 700), /^archive-(truncated|invalid)$/],
    ['empty', () => Buffer.alloc(0), /^archive-invalid$/],
    ['a picture', () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(4096, 7)]), /^archive-(invalid|unsupported)$/],
    ['a page', () => Buffer.from(`<html>${'x'.repeat(5000)}</html>`), /^archive-(invalid|unsupported)$/],
    ['compressed in a way that Node cannot read', () => Buffer.from('28b52ffd00000000', 'hex'), /^archive-unsupported$/],
  ])('that is %s is refused from a file and from a pipe', async (_, make, code) => {
    await writeFile(path(), make());
    for (const problem of [await problemOf(home, ['load', path()]), await problemOf(home, ['load', '-'], { input: make() })]) {
      expect(problem.code).toMatch(code);
      expect(problem.exitCode).toBe(21);
    }
    await expectNothingKept();
    expect(await readdir(join(home, 'spool')).catch(() => [])).toEqual([]);
  });

  it('that is not there is named', async () => {
    expect(await problemOf(home, ['load', join(folder, 'none.tar')])).toMatchObject({ code: 'file-unknown', exitCode: 22, message: expect.stringContaining('none.tar') });
  });

  it('goes nowhere when the image is not in the library', async () => {
    expect(await problemOf(home, ['save', 'registry.example.com/none:1', '--from-library', '-o', join(folder, 'none.tar')])).toMatchObject({ code: 'image-unknown', exitCode: 21 });
    expect(await readdir(folder)).not.toContain('none.tar');
  });
});
