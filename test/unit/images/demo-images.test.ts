import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig, type ImageConfig } from '../../../main/image/config.js';
import { hostPlatform } from '../../../main/image/host-platform.js';
import { parseManifest, type ImageIndex, type ImageManifest } from '../../../main/image/manifest.js';
import { openLibrary, type Library } from '../../../main/library/library.js';
import { formatPlatform, isUnknownPlatform } from '../../../shared/platform.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { splitDigest } from '../../../shared/digest.js';
import { machines } from '../../../scripts/images/hello-program.js';
import { makeDemoImages, type DemoImage } from '../../../scripts/images/demo-images.js';

const signal = new AbortController().signal;
const options = { signal, largeBytes: 3 * 1024 * 1024 + 5 };
let folder: string;
let library: Library;
let images: DemoImage[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-images-'));
  library = await openLibrary(join(folder, 'library'));
  images = await makeDemoImages(library, options);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pathOf = ({ digest }: Pick<Descriptor, 'digest'>): string => {
  const { algorithm, hex } = splitDigest(digest);
  return join(library.folder, 'blobs', algorithm, hex);
};

async function manifestOf(name: string): Promise<ImageManifest | ImageIndex> {
  const { bytes, descriptor } = await library.resolve(name);
  return parseManifest(bytes, descriptor.mediaType, name);
}

async function imageOf(name: string): Promise<{ manifest: ImageManifest; config: ImageConfig }> {
  const manifest = await manifestOf(name);
  if (manifest.kind !== 'image') throw new Error(`${name} is an index`);
  return { manifest, config: parseConfig(readFileSync(pathOf(manifest.config)), name) };
}

async function indexOf(name: string): Promise<ImageIndex> {
  const manifest = await manifestOf(name);
  if (manifest.kind !== 'index') throw new Error(`${name} is no index`);
  return manifest;
}

/** Lays the layers over each other with the system's tar, as a container engine would but for whiteouts. */
async function extract(name: string): Promise<string> {
  const target = join(folder, name.replace(/[/:@]/g, '-'));
  await mkdir(target);
  const manifest = await manifestOf(name);
  if (manifest.kind !== 'image') throw new Error(`${name} is an index`);
  for (const layer of manifest.layers) execFileSync('tar', ['-xzf', pathOf(layer), '-C', target, '--no-same-owner']);
  return target;
}

describe('the demo images', () => {
  it('are the same bytes each time', async () => {
    const second = await makeDemoImages(await openLibrary(join(folder, 'second')), options);
    expect(second).toEqual(images);
  });

  it('are kept when they are asked for again, and made again when something about them changed', async () => {
    const before = await library.entries();
    expect((await makeDemoImages(library, options)).map(({ name }) => name).sort()).toEqual(images.map(({ name }) => name).sort());
    expect(await library.entries()).toEqual(before);
    const other = await makeDemoImages(await openLibrary(join(folder, 'second')), { signal, largeBytes: 1024 });
    expect(other.find(({ name }) => name === 'localhost/demo/large:1')).not.toEqual(images.find(({ name }) => name === 'localhost/demo/large:1'));
  });

  it('are sound as the library judges it', async () => {
    const report = await library.verify({ signal });
    expect(report.damaged).toEqual([]);
    expect(report.missing).toEqual([]);
  });

  it('say the truth about their layers', async () => {
    for (const name of ['localhost/demo/web:2.1.0', 'localhost/demo/layers:40', 'localhost/demo/large:1', 'localhost/demo/signed:1.0']) {
      const { manifest, config } = await imageOf(name);
      const found = manifest.layers.map((layer) => `sha256:${createHash('sha256').update(execFileSync('gzip', ['-dc', pathOf(layer)], { maxBuffer: 1 << 28 })).digest('hex')}`);
      expect(found, name).toEqual(config.diffIds);
      expect(config.history.filter(({ emptyLayer }) => !emptyLayer), name).toHaveLength(manifest.layers.length);
    }
  });

  it('name no system in their gzip headers, so that each system makes the same', async () => {
    const { manifest } = await imageOf('localhost/demo/web:1.0.0');
    for (const layer of manifest.layers) expect(readFileSync(pathOf(layer)).subarray(0, 10).toString('hex')).toMatch(/^1f8b080000000000..ff$/);
  });
});

describe('demo/web', () => {
  it('has a dozen versions and the tags that move', () => {
    const tags = images.map(({ name }) => /^localhost\/demo\/web:(.+)$/.exec(name)?.[1]).filter((tag) => tag !== undefined);
    expect(tags.filter((tag) => /^\d+\.\d+\.\d+/.test(tag))).toHaveLength(12);
    const digest = (tag: string): string | undefined => images.find(({ name }) => name === `localhost/demo/web:${tag}`)?.digest;
    expect(digest('latest')).toBe(digest('2.1.0'));
    expect(digest('1')).toBe(digest('1.10.1'));
    expect(new Set(tags.map(digest)).size).toBe(12);
  });

  it('shares its base among all versions', async () => {
    const [first, last] = [await imageOf('localhost/demo/web:1.0.0'), await imageOf('localhost/demo/web:2.1.0')];
    expect(last.manifest.layers[0]).toEqual(first.manifest.layers[0]);
    expect(last.manifest.layers[2]).not.toEqual(first.manifest.layers[2]);
  });

  it('says how it is run', async () => {
    const { config } = await imageOf('localhost/demo/web:2.1.0');
    expect(config).toMatchObject({ platform: hostPlatform, entrypoint: ['/usr/sbin/httpd'], user: 'web', exposedPorts: ['8080/tcp'], workingDirectory: '/www' });
    expect(config.labels['org.opencontainers.image.version']).toBe('2.1.0');
  });

  it('runs: a shell, its commands and the page of its version', async () => {
    const root = await extract('localhost/demo/web:2.1.0');
    const busybox = join(root, 'bin/busybox');
    expect(execFileSync(busybox, ['sh', '-c', 'busybox echo $((6 * 7)) from sh'], { env: { PATH: join(root, 'bin') }, encoding: 'utf8' })).toBe('42 from sh\n');
    expect(execFileSync(busybox, ['grep', '-c', '<h1>It works: 2.1.0</h1>', join(root, 'www/index.html')], { encoding: 'utf8' })).toBe('1\n');
    expect(readlinkSync(join(root, 'bin/sh'))).toBe('/bin/busybox');
    const { config } = await imageOf('localhost/demo/web:2.1.0');
    expect(readlinkSync(join(root, config.entrypoint[0] ?? ''))).toBe('/bin/busybox');
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toContain('web:x:1000');
    expect(statSync(join(root, 'tmp')).mode & 0o7777).toBe(0o1777);
  });
});

describe('demo/multi', () => {
  it('has three platforms and an attestation for each', async () => {
    const { manifests } = await indexOf('localhost/demo/multi:2.1');
    const runnable = manifests.filter(({ platform }) => !isUnknownPlatform(platform));
    expect(runnable.map(({ platform }) => platform && formatPlatform(platform))).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7']);
    const about = manifests.filter(({ platform }) => isUnknownPlatform(platform)).map(({ annotations }) => annotations?.['vnd.docker.reference.digest']);
    expect(about).toEqual(runnable.map(({ digest }) => digest));
  });

  it('has statements about the images that they stand beside', async () => {
    const { manifests } = await indexOf('localhost/demo/multi:2.1');
    const [attestation] = manifests.filter(({ platform }) => isUnknownPlatform(platform));
    if (!attestation) throw new Error('there is none');
    const { layers } = parseManifest(readFileSync(pathOf(attestation)), attestation.mediaType, 'the attestation') as ImageManifest;
    const statement = JSON.parse(readFileSync(pathOf(layers[0] ?? attestation), 'utf8')) as { subject: { digest: { sha256: string } }[] };
    expect(`sha256:${statement.subject[0]?.digest.sha256}`).toBe(attestation.annotations?.['vnd.docker.reference.digest']);
  });

  it.runIf(hostPlatform.architecture in machines)('prints its greeting on this processor', async () => {
    const { manifests } = await indexOf('localhost/demo/multi:2.1');
    const mine = manifests.find(({ platform }) => platform?.architecture === hostPlatform.architecture);
    const root = await extract(`localhost/demo/multi@${mine?.digest}`);
    expect(execFileSync(join(root, 'hello'), { encoding: 'utf8' })).toMatch(/^Hello from linux\/\w+, multi 2\.1\.\n$/);
  });
});

it('demo/layers has forty layers, and a diary that all of them wrote', async () => {
  expect((await imageOf('localhost/demo/layers:40')).manifest.layers).toHaveLength(40);
  const root = await extract('localhost/demo/layers:40');
  expect(readFileSync(join(root, 'data/diary.txt'), 'utf8').split('\n')).toHaveLength(40);
  expect(readFileSync(join(root, 'data/40.txt'), 'utf8')).toBe('This is layer 40 of 40.\n');
});

it('demo/large has the size that was asked for, and half of it does not shrink', async () => {
  const { manifest } = await imageOf('localhost/demo/large:1');
  const [, ...parts] = manifest.layers;
  const packed = parts.reduce((sum, { size }) => sum + size, 0);
  expect(packed).toBeGreaterThan(options.largeBytes * 0.45);
  expect(packed).toBeLessThan(options.largeBytes * 0.6);
  const root = await extract('localhost/demo/large:1');
  const files = ['opt/model/weights.bin', 'opt/model/vocabulary.bin', 'opt/data/records.bin'];
  expect(files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0)).toBe(options.largeBytes);
});

it('demo/chart is a Helm chart', async () => {
  const manifest = await manifestOf('localhost/demo/chart:0.3.1');
  if (manifest.kind !== 'image') throw new Error('it is an index');
  expect(manifest.config.mediaType).toBe('application/vnd.cncf.helm.config.v1+json');
  expect(JSON.parse(readFileSync(pathOf(manifest.config), 'utf8'))).toMatchObject({ name: 'web', version: '0.3.1' });
  const [layer] = manifest.layers;
  const list = execFileSync('tar', ['-tzf', pathOf(layer ?? manifest.config)], { encoding: 'utf8' }).trim().split('\n');
  expect(list).toEqual(expect.arrayContaining(['web/Chart.yaml', 'web/values.yaml', 'web/README.md', 'web/templates/deployment.yaml']));
});

describe('demo/signed', () => {
  it('has a bill of materials and a signature that name it', async () => {
    const { descriptor } = await library.resolve('localhost/demo/signed:1.0');
    const types: (string | undefined)[] = [];
    for await (const referrer of library.referrers(descriptor, { signal })) types.push(referrer.artifactType);
    expect(types.sort()).toEqual(['application/spdx+json', 'application/vnd.dev.cosign.simplesigning.v1+json']);
  });

  it('is what the signature was made over', async () => {
    const { descriptor } = await library.resolve('localhost/demo/signed:1.0');
    const names = images.map(({ name }) => name).filter((name) => name.startsWith('localhost/demo/signed@'));
    const manifests = await Promise.all(names.map(manifestOf));
    const signature = manifests.find(({ artifactType }) => artifactType?.includes('cosign')) as ImageManifest;
    const [layer] = signature.layers;
    if (!layer) throw new Error('it has no layer');
    const payload = readFileSync(pathOf(layer));
    expect(payload.toString()).toContain(descriptor.digest);
    const seed = createHash('sha256').update('Longshore demo').digest();
    const key = createPublicKey(createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' }));
    expect(verify(null, payload, key, Buffer.from(layer.annotations?.['dev.cosignproject.cosign/signature'] ?? '', 'base64'))).toBe(true);
  });
});
