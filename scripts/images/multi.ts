import { mediaTypes } from '../../main/image/media-types.js';
import type { LibraryJob } from '../../main/library/library.js';
import type { Descriptor } from '../../shared/descriptor.js';
import { formatPlatform, type Platform } from '../../shared/platform.js';
import { helloProgram, type machines } from './hello-program.js';
import { writeLayer } from './layer.js';
import type { NamedRoot } from './named-root.js';
import { writeImage, writeIndex, writeJson, writeManifest, type WriteOptions } from './write-image.js';

const created = '2026-01-12T10:20:30Z';
const time = Date.parse(created) / 1000;
const title = { 'org.opencontainers.image.title': 'multi', 'org.opencontainers.image.version': '2.1' };

const platforms: readonly { readonly platform: Platform; readonly machine: keyof typeof machines }[] = [
  { platform: { os: 'linux', architecture: 'amd64' }, machine: 'amd64' },
  { platform: { os: 'linux', architecture: 'arm64' }, machine: 'arm64' },
  { platform: { os: 'linux', architecture: 'arm', variant: 'v7' }, machine: 'arm' },
];

/** `demo/multi`: one program for three processors, each with its attestation, as BuildKit writes them. */
export async function writeMulti(job: LibraryJob, options: WriteOptions): Promise<NamedRoot[]> {
  const images: Descriptor[] = [];
  const attestations: Descriptor[] = [];
  for (const { platform, machine } of platforms) {
    const program = helloProgram(machine, `Hello from ${formatPlatform(platform)}, multi 2.1.\n`);
    const layer = await writeLayer(job, [{ name: 'hello', kind: 'file', mode: 0o755, time, content: program }], options);
    const image = await writeImage(job, {
      platform,
      created,
      steps: [{ line: `COPY hello-${machine} /hello`, layer }, { line: 'ENTRYPOINT ["/hello"]' }],
      run: { Env: ['PATH=/'], Entrypoint: ['/hello'], WorkingDir: '/', Labels: title },
    }, options);
    images.push({ ...image.descriptor, platform });
    attestations.push(await writeAttestation(job, image.descriptor, platform, options));
  }
  const root = await writeIndex(job, [...images, ...attestations], title, options);
  return ['2.1', 'latest'].map((tag) => ({ name: `localhost/demo/multi:${tag}`, root }));
}

/** An in-toto statement about how the image was built, under the platform unknown/unknown. */
async function writeAttestation(job: LibraryJob, subject: Descriptor, platform: Platform, options: WriteOptions): Promise<Descriptor> {
  const predicateType = 'https://slsa.dev/provenance/v0.2';
  const [algorithm = '', hex] = subject.digest.split(':');
  const statement = await writeJson(job, 'application/vnd.in-toto+json', {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType,
    subject: [{ name: `pkg:docker/demo/multi@2.1?platform=${encodeURIComponent(formatPlatform(platform))}`, digest: { [algorithm]: hex } }],
    predicate: {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { configSource: { entryPoint: 'Dockerfile' }, environment: { platform: formatPlatform(platform) } },
      metadata: { buildStartedOn: created, buildFinishedOn: created, completeness: { parameters: true, environment: true, materials: false }, reproducible: true },
    },
  }, options);
  const config = await writeJson(job, mediaTypes.ociConfig, {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [statement.descriptor.digest] },
  }, options);
  const layers = [{ ...statement.descriptor, annotations: { 'in-toto.io/predicate-type': predicateType } }];
  const manifest = await writeManifest(job, { config: config.descriptor, layers }, options);
  return {
    ...manifest.descriptor,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.digest': subject.digest, 'vnd.docker.reference.type': 'attestation-manifest' },
  };
}
