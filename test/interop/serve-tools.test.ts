import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../main/image/digest.js';
import { runCommand } from '../../scripts/local/run-command.js';
import { ask, start, stopAll, type Running } from '../unit/serve/running.js';
import { startContainerd, startDockerd, type Daemon } from './daemons.js';
import { findTool, hasGo } from './find-tool.js';
import { pushSmallImage, type SmallImage } from './small-image.js';

let folder: string;
let registry: Running;
let host: string;
let image: SmallImage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-tools-'));
  registry = await start();
  host = `127.0.0.1:${new URL(registry.url).port}`;
  image = await pushSmallImage(registry.url, 'team/small', '1.0');
});

afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

/** What the registry itself says a tag stands for. */
async function served(repository: string, reference: string): Promise<{ digest: string | undefined; config: string | undefined }> {
  const answer = await ask(registry.url, 'GET', `/v2/${repository}/manifests/${reference}`);
  expect(answer.status).toBe(200);
  expect(digestOf(answer.body)).toBe(answer.headers['docker-content-digest']);
  return { digest: answer.headers['docker-content-digest'] as string, config: (answer.json as { config?: { digest: string } }).config?.digest };
}

describe('skopeo', () => {
  const skopeo = (...args: string[]): Promise<string> => runCommand('skopeo', ['--insecure-policy', ...args]);

  test('pulls an index whole, pushes it back under another name and deletes it', async () => {
    await skopeo('copy', '--all', '--src-tls-verify=false', `docker://${host}/team/small:1.0`, `oci:${folder}/skopeo:1.0`);
    expect(digestOf(await skopeo('inspect', '--raw', `oci:${folder}/skopeo:1.0`))).toBe(image.index.digest);

    await skopeo('copy', '--all', '--dest-tls-verify=false', `oci:${folder}/skopeo:1.0`, `docker://${host}/skopeo/small:2.0`);
    expect((await served('skopeo/small', '2.0')).digest).toBe(image.index.digest);
    expect(digestOf(await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${host}/skopeo/small:2.0`))).toBe(image.index.digest);
    expect(JSON.parse(await skopeo('list-tags', '--tls-verify=false', `docker://${host}/skopeo/small`))).toMatchObject({ Tags: ['2.0'] });

    await skopeo('delete', '--tls-verify=false', `docker://${host}/skopeo/small:2.0`);
    expect((await ask(registry.url, 'GET', '/v2/skopeo/small/manifests/2.0')).status).toBe(404);
    expect((await served('team/small', '1.0')).digest).toBe(image.index.digest);
  });

  test("pushes in Docker's format too", async () => {
    await skopeo('copy', '--format', 'v2s2', '--src-tls-verify=false', '--dest-tls-verify=false', `docker://${host}/team/small:1.0`, `docker://${host}/skopeo/docker:1.0`);
    const inspected = JSON.parse(await skopeo('inspect', '--tls-verify=false', `docker://${host}/skopeo/docker:1.0`)) as { Digest: string };
    const { digest, config } = await served('skopeo/docker', '1.0');
    expect([inspected.Digest, config]).toEqual([digest, image.config]);
  });
});

describe('podman', () => {
  const podman = (...args: string[]): Promise<string> =>
    runCommand('podman', ['--root', join(folder, 'podman'), '--runroot', join(folder, 'podman-run'), '--storage-driver', 'vfs', ...args]);

  test('pulls by tag, and what it pushes has the same config and is pulled again', async () => {
    await podman('pull', '-q', '--tls-verify=false', `${host}/team/small:1.0`);
    const [pulled] = JSON.parse(await podman('image', 'inspect', `${host}/team/small:1.0`)) as { Id: string; RepoDigests: string[] }[];
    expect(`sha256:${pulled?.Id}`).toBe(image.config);
    expect(pulled?.RepoDigests).toContain(`${host}/team/small@${image.index.digest}`);

    await podman('push', '-q', '--tls-verify=false', '--digestfile', join(folder, 'digest'), `${host}/team/small:1.0`, `${host}/podman/small:2.0`);
    const { digest, config } = await served('podman/small', '2.0');
    expect([await readFile(join(folder, 'digest'), 'utf8'), config]).toEqual([digest, image.config]);

    await podman('rmi', '-a', '-f');
    await podman('pull', '-q', '--tls-verify=false', `${host}/podman/small@${digest}`);
    expect(await podman('image', 'inspect', '--format', 'sha256:{{.Id}}', `${host}/podman/small@${digest}`)).toBe(`${image.config}\n`);
  });
});

describe('containerd and Docker', () => {
  let containerd: Daemon;
  let dockerd: Daemon;

  beforeAll(async () => {
    containerd = await startContainerd(join(folder, 'containerd'));
    dockerd = await startDockerd(join(folder, 'dockerd'), containerd);
  });

  afterAll(async () => {
    await dockerd.stop();
    await containerd.stop();
  });

  test('ctr pulls every platform, pushes and pulls again', async () => {
    const ctr = (...args: string[]): Promise<string> => runCommand('ctr', ['--address', containerd.socket, 'images', ...args]);
    const [pulled, pushed] = [`${host}/team/small:1.0`, `${host}/ctr/small:2.0`];
    await ctr('pull', '--plain-http', '--all-platforms', '--snapshotter', 'native', pulled);
    const line = (await ctr('ls', `name==${pulled}`)).split('\n').find((text) => text.startsWith(pulled));
    expect(line).toContain(image.index.digest);
    expect(line).toContain('linux/amd64,linux/arm64');

    await ctr('push', '--plain-http', pushed, pulled);
    expect((await served('ctr/small', '2.0')).digest).toBe(image.index.digest);
    await ctr('pull', '--plain-http', '--snapshotter', 'native', pushed);
    expect(await ctr('check', `name==${pushed}`)).toMatch(/complete \(\d+\/\d+\)/);
  });

  test('docker pulls by tag, pushes, and pulls what it pushed by digest', async () => {
    const docker = (...args: string[]): Promise<string> => runCommand('docker', ['--host', `unix://${dockerd.socket}`, ...args], { env: { ...process.env, DOCKER_CONFIG: folder } });
    const inspect = async (name: string): Promise<{ Id: string; RepoDigests: string[] } | undefined> => (JSON.parse(await docker('image', 'inspect', name)) as { Id: string; RepoDigests: string[] }[])[0];
    await docker('pull', '-q', `${host}/team/small:1.0`);
    expect(await inspect(`${host}/team/small:1.0`)).toMatchObject({ Id: image.config, RepoDigests: [`${host}/team/small@${image.index.digest}`] });

    await docker('tag', `${host}/team/small:1.0`, `${host}/docker/small:2.0`);
    await docker('push', '-q', `${host}/docker/small:2.0`);
    const { digest, config } = await served('docker/small', '2.0');
    expect(config).toBe(image.config);
    expect((await inspect(`${host}/docker/small:2.0`))?.RepoDigests).toContain(`${host}/docker/small@${digest}`);

    await docker('rmi', '-f', image.config);
    await docker('pull', '-q', `${host}/docker/small@${digest}`);
    expect((await inspect(`${host}/docker/small@${digest}`))?.Id).toBe(image.config);
  });
});

describe('crane', () => {
  const path = findTool('crane');
  const crane = (...args: string[]): Promise<string> => runCommand(path ?? 'crane', args);

  test.skipIf(path === undefined && !hasGo())('pulls, validates, pushes, lists, copies and deletes', async () => {
    expect(await crane('digest', `${host}/team/small:1.0`)).toBe(`${image.index.digest}\n`);
    await crane('validate', '--remote', `${host}/team/small:1.0`);
    await crane('pull', '--format', 'oci', `${host}/team/small:1.0`, join(folder, 'crane'));
    const pushed = await crane('push', '--index', join(folder, 'crane'), `${host}/crane/small:2.0`);
    expect(pushed.trim()).toMatch(new RegExp(`^${host}/crane/small@sha256:`));
    await crane('validate', '--remote', `${host}/crane/small:2.0`);

    await crane('copy', `${host}/team/small:1.0`, `${host}/crane/copied:1.0`);
    expect((await served('crane/copied', '1.0')).digest).toBe(image.index.digest);
    await crane('tag', `${host}/crane/copied:1.0`, 'latest');
    expect((await crane('ls', `${host}/crane/copied`)).trim().split('\n')).toEqual(['1.0', 'latest']);
    expect((await crane('catalog', host)).split('\n')).toContain('crane/copied');
    await crane('delete', `${host}/crane/copied:latest`);
    expect((await crane('ls', `${host}/crane/copied`)).trim()).toBe('1.0');
  });
});

describe('regctl', () => {
  const path = findTool('regctl');
  const regctl = (...args: string[]): Promise<string> => runCommand(path ?? 'regctl', args, { env: { ...process.env, REGCTL_CONFIG: join(folder, 'regctl.json') } });

  test.skipIf(path === undefined && !hasGo())('copies with referrers, attaches an artifact, lists it and removes the tag', async () => {
    await regctl('registry', 'set', host, '--tls', 'disabled');
    expect(await regctl('manifest', 'head', `${host}/team/small:1.0`)).toBe(`${image.index.digest}\n`);
    await regctl('artifact', 'put', '--subject', `${host}/team/small:1.0`, '--artifact-type', 'application/x-note', '--file', join(import.meta.dirname, '../../package.json'));
    const listed = JSON.parse(await regctl('artifact', 'list', '--format', 'raw-body', `${host}/team/small:1.0`)) as { manifests: { artifactType: string }[] };
    expect(listed.manifests.map(({ artifactType }) => artifactType)).toEqual(['application/x-note']);

    await regctl('image', 'copy', '--referrers', `${host}/team/small:1.0`, `${host}/regctl/small:2.0`);
    expect((await served('regctl/small', '2.0')).digest).toBe(image.index.digest);
    expect(await regctl('artifact', 'list', `${host}/regctl/small:2.0`)).toContain('application/x-note');
    await regctl('image', 'export', `${host}/regctl/small:2.0`, join(folder, 'regctl.tar'));
    await regctl('image', 'import', `${host}/regctl/imported:1.0`, join(folder, 'regctl.tar'));
    expect((await served('regctl/imported', '1.0')).digest).toBe(image.index.digest);
    expect(await regctl('tag', 'ls', `${host}/regctl/small`)).toBe('2.0\n');
    await regctl('tag', 'rm', `${host}/regctl/small:2.0`);
    expect((await ask(registry.url, 'GET', '/v2/regctl/small/manifests/2.0')).status).toBe(404);
  });
});

describe('helm', () => {
  const path = findTool('helm');
  const helm = (...args: string[]): Promise<string> =>
    runCommand(path ?? 'helm', args, { env: { ...process.env, HELM_CACHE_HOME: join(folder, 'helm'), HELM_CONFIG_HOME: join(folder, 'helm'), HELM_DATA_HOME: join(folder, 'helm') } });

  test.skipIf(path === undefined && !hasGo())('pushes a chart, shows it and pulls the same bytes', async () => {
    const chart = join(folder, 'anchor');
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: anchor\nversion: 0.3.1\ndescription: Holds a ship.\n');
    await writeFile(join(chart, 'templates/chain.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: chain\n');
    await helm('package', chart, '-d', folder);
    await helm('push', join(folder, 'anchor-0.3.1.tgz'), `oci://${host}/charts`, '--plain-http');
    await served('charts/anchor', '0.3.1');
    expect(await helm('show', 'chart', `oci://${host}/charts/anchor`, '--version', '0.3.1', '--plain-http')).toContain('description: Holds a ship.');
    await helm('pull', `oci://${host}/charts/anchor`, '--version', '0.3.1', '--plain-http', '-d', join(folder, 'helm'));
    expect((await readFile(join(folder, 'helm/anchor-0.3.1.tgz'))).equals(await readFile(join(folder, 'anchor-0.3.1.tgz')))).toBe(true);
  });
});
