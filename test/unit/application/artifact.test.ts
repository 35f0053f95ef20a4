import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import type { ArtifactDetails } from '../../../shared/contract/artifact.js';
import type { FakeRegistry } from '../../fake/registry.js';
import { addAccount, drive, startRegistry } from './open-application.js';

interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function putBlob(registry: FakeRegistry, mediaType: string, content: string): Described {
  const bytes = Buffer.from(content);
  return { mediaType, digest: registry.putBlob('team/app', bytes), size: bytes.length };
}

function putManifest(registry: FakeRegistry, document: object, mediaType: string, tag?: string): Described {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...document }));
  const digest = digestOf(bytes);
  const repository = registry.storage.repository('team/app');
  repository.manifests.set(digest, { type: mediaType, bytes });
  if (tag !== undefined) repository.tags.set(tag, digest);
  return { mediaType, digest, size: bytes.length };
}

const config = {
  os: 'linux',
  architecture: 'arm64',
  variant: 'v8',
  created: '2026-03-01T10:00:00Z',
  config: { User: 'app', Entrypoint: ['/app'], Cmd: ['serve'], Env: ['A=1'], ExposedPorts: { '80/tcp': {} }, Labels: { team: 'red' } },
  rootfs: { type: 'layers', diff_ids: [`sha256:${'1'.repeat(64)}`] },
  history: [{ created_by: 'COPY app /app # buildkit' }, { created_by: 'CMD ["serve"]', empty_layer: true }],
};

function putArm(registry: FakeRegistry, tag?: string): Described {
  return putManifest(registry, { config: putBlob(registry, mediaTypes.ociConfig, JSON.stringify(config)), layers: [putBlob(registry, mediaTypes.ociLayerGzip, 'layer')], annotations: { a: 'b' } }, mediaTypes.ociManifest, tag);
}

async function inspect(registry: FakeRegistry, reference: string, platform?: string): Promise<ArtifactDetails> {
  const driven = await drive();
  return driven.ask('artifact.inspect', { account: await addAccount(driven, registry), repository: 'team/app', reference, ...(platform !== undefined && { platform }) });
}

describe('an artifact', () => {
  it('that is an image tells its layers, how it was built, and what it runs', async () => {
    const registry = await startRegistry();
    const { digest } = putArm(registry, '1.0');
    const found = await inspect(registry, '1.0');
    expect(found).toMatchObject({ reference: `${registry.host}/team/app:1.0`, digest, mediaType: mediaTypes.ociManifest, type: 'image', annotations: { a: 'b' }, platforms: [], referrers: [] });
    expect(found.image).toMatchObject({
      digest,
      platform: 'linux/arm64/v8',
      created: '2026-03-01T10:00:00Z',
      user: 'app',
      entrypoint: ['/app'],
      command: ['serve'],
      environment: ['A=1'],
      exposedPorts: ['80/tcp'],
      labels: { team: 'red' },
      layers: [{ size: 5, mediaType: mediaTypes.ociLayerGzip, instruction: 'COPY app /app' }],
      dockerfile: 'FROM scratch\nCOPY app /app\nCMD ["serve"]\n',
    });
    expect(found.image!.config).toBe(JSON.stringify(config, undefined, 2));
    expect(digestOf(Buffer.from(found.raw))).toBe(digest);
  });

  it('that is an index tells its platforms, with attestations folded below the one that they speak of', async () => {
    const registry = await startRegistry();
    const arm = putArm(registry);
    const attestation = putManifest(registry, { config: putBlob(registry, mediaTypes.ociConfig, '{"rootfs":{"diff_ids":[]}}'), layers: [] }, mediaTypes.ociManifest);
    const manifests = [
      { ...arm, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      { ...attestation, platform: { os: 'unknown', architecture: 'unknown' }, annotations: { 'vnd.docker.reference.digest': arm.digest, 'vnd.docker.reference.type': 'attestation-manifest' } },
    ];
    const { digest } = putManifest(registry, { manifests }, mediaTypes.ociIndex, 'multi');
    const found = await inspect(registry, digest, 'linux/arm64');
    expect(found).toMatchObject({ reference: `${registry.host}/team/app@${digest}`, type: 'index', image: { digest: arm.digest } });
    expect(found.platforms).toEqual([{ platform: 'linux/arm64/v8', digest: arm.digest, size: arm.size, attestations: [{ digest: attestation.digest, type: 'attestation-manifest' }] }]);
    await expect(inspect(registry, 'multi', 'linux/s390x')).rejects.toMatchObject({ code: 'platform-missing' });
  });

  it('that is no image is called what it calls itself, and its referrers are told', async () => {
    const registry = await startRegistry();
    const chart = putManifest(registry, { config: putBlob(registry, 'application/vnd.cncf.helm.config.v1+json', '{}'), layers: [] }, mediaTypes.ociManifest, 'chart');
    const signature = putManifest(registry, { artifactType: 'application/example.signature', config: putBlob(registry, mediaTypes.ociEmpty, '{}'), layers: [], subject: chart }, mediaTypes.ociManifest);
    const found = await inspect(registry, 'chart');
    expect(found).toMatchObject({ type: 'application/vnd.cncf.helm.config.v1+json', referrers: [{ digest: signature.digest, artifactType: 'application/example.signature', size: signature.size }] });
    expect(found.image).toMatchObject({ layers: [], labels: {} });
    expect(found.image!.config).toBeUndefined();
    expect((await inspect(registry, signature.digest)).type).toBe('application/example.signature');
  });
});
