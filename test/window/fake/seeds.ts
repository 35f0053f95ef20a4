import type { AccountRow } from '../../../shared/contract/accounts.js';
import type { ArtifactDetails } from '../../../shared/contract/artifact.js';
import type { BlobProgress, TransferState } from '../../../shared/contract/transfers.js';
import type { LibraryRow, RepositoryRow, TagRow } from '../../../shared/contract/views.js';
import type { Digest } from '../../../shared/digest.js';
import { ProblemError } from '../../../shared/errors.js';

/** What the window is shown with where there is no main process. Names and figures are made up. */

const day = 86_400_000;
const before = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A digest that looks like one, the same for the same number. */
export function digest(number: number): Digest {
  let state = (number + 1) * 2_654_435_761;
  let hex = '';
  while (hex.length < 64) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    hex += state.toString(16).padStart(8, '0');
  }
  return `sha256:${hex.slice(0, 64)}`;
}

const account = (number: number, name: string, host: string, username: string | undefined, expiry: AccountRow['expiry'], expires?: number): AccountRow => ({
  id: uuid(number),
  name,
  host,
  kind: username === undefined ? 'anonymous' : 'password',
  ...(username !== undefined && { username }),
  plainHttp: false,
  certificates: [],
  realms: [],
  ...(expires !== undefined && { expires: { at: before(-expires * day), from: 'typed' as const } }),
  created: before(40 * day),
  expiry,
});

export const accountRows: readonly AccountRow[] = [
  account(1, 'Release', 'harbor.example.org', 'robot$ci', 'soon', 6.5),
  account(2, 'Release, me', 'harbor.example.org', 'tharindu', 'unknown'),
  account(3, 'Astro lab', 'registry.astro.example.edu', 'astro-push', 'valid', 42),
  account(4, 'Docker Hub', 'docker.io', undefined, 'unknown'),
  account(5, 'GitHub', 'ghcr.io', 'example-ci', 'expired', -2),
  { ...account(6, 'Edge lab', 'harbor.lab.example.org', 'robot$edge', 'valid', 113), pinned: '3A:9E:51:C7:08:D2:6B:F4:11:7C:E0:95:4D:A8:23:BF:60:1E:D9:72:C4:3B:88:5A:07:F1:6D:2C:9B:E4:40:1D' },
];

const projects = ['wso2', 'astroml', 'sandbox', 'mirror', 'platform'];
const products = ['wso2am', 'wso2is', 'trainer', 'notebook', 'gateway-test', 'rockylinux', 'base', 'operator', 'ui', 'worker'];

export function repositoryRows(accountId: string): readonly RepositoryRow[] {
  if (accountId === uuid(5)) return [];
  return projects.flatMap((project) => products.map((product, index) => ({ name: `${project}/${product}`, pinned: project === 'wso2' && index < 2 })));
}

const flavours = ['rocky', 'ubuntu', 'alpine', ''];

/** `mirror/base` has 100 000 tags, every other repository some hundred. */
export function tagRows(repository: string): readonly TagRow[] {
  if (repository === 'mirror/base') return Array.from({ length: 100_000 }, (_, index) => ({ name: `build-${index}` }));
  const tags: TagRow[] = [];
  for (let minor = 5; minor >= 0; minor -= 1) {
    for (let patch = 8; patch >= 0; patch -= 1) {
      for (const [at, flavour] of flavours.entries()) {
        const number = minor * 1000 + patch * 10 + at;
        const seen = minor > 1;
        tags.push({
          name: [`4.${minor}.${patch}`, flavour].filter(Boolean).join('-'),
          ...(seen && { digest: digest(number), size: 560_000_000 + ((number * 7919) % 240) * 1_000_000, created: before((5 - minor) * 60 * day + (8 - patch) * 6 * day + 2 * day), platforms: minor > 3 ? ['linux/amd64', 'linux/arm64'] : ['linux/amd64'] }),
        });
      }
    }
  }
  return [...tags, { name: 'latest', digest: digest(5080), size: 734_100_000, created: before(2 * day), platforms: ['linux/amd64', 'linux/arm64'] }];
}

export const libraryRows: readonly LibraryRow[] = [
  { name: 'harbor.example.org/wso2/wso2am:4.5.0-rocky', digest: digest(1), size: 734_100_000, own: 493_000_000, source: 'harbor.example.org/wso2/wso2am:4.5.0-rocky', created: before(2 * 3_600_000) },
  { name: 'harbor.example.org/wso2/wso2is:7.1.0-rocky', digest: digest(2), size: 688_200_000, own: 447_100_000, source: 'harbor.example.org/wso2/wso2is:7.1.0-rocky', created: before(1.2 * day) },
  { name: 'registry.astro.example.edu/astroml/trainer:2026.11', digest: digest(3), size: 2_360_000_000, own: 2_360_000_000, source: '/home/somebody/trainer-2026.11.tar', created: before(3 * day) },
  { name: 'docker.io/library/rockylinux:9-minimal', digest: digest(4), size: 48_300_000, own: 0, created: before(30 * day) },
];

const blob = (number: number, size: number, state: BlobProgress['state'], part = 0): BlobProgress => ({ digest: digest(900 + number), size, moved: state === 'done' ? size : Math.round(size * part), state });

export const transferRows: readonly TransferState[] = [
  {
    id: 'transfer-1',
    kind: 'copy',
    by: 'window',
    request: { kind: 'copy', from: { account: uuid(1), repository: 'wso2/wso2am', reference: '4.5.0-rocky' }, platform: 'all', to: { account: uuid(3), repository: 'mirror/wso2am', tag: '4.5.0-rocky', also: [], overwrite: 'same' } },
    status: 'running',
    title: 'wso2am:4.5.0-rocky',
    started: before(40_000),
    bytes: { total: 981_000_000, present: 301_000_000, moved: 311_400_000 },
    speed: 34_200_000,
    left: 11_000,
    blobs: [blob(1, 154e6, 'exists'), blob(2, 45e6, 'exists'), blob(3, 413e6, 'moving', 0.61), blob(4, 62e6, 'moving', 0.22), blob(5, 42e6, 'mounted'), blob(6, 132e6, 'waiting'), blob(7, 90e6, 'done'), blob(8, 43e6, 'done')],
    tagged: [],
  },
  {
    id: 'transfer-2',
    kind: 'save',
    by: 'window',
    request: { kind: 'save', from: [{ account: uuid(3), repository: 'astroml/trainer', reference: '2026.11' }], platform: 'linux/amd64', path: '/home/somebody/trainer-2026.11.tar', format: 'universal', replace: false },
    status: 'running',
    title: 'astroml/trainer:2026.11',
    started: before(160_000),
    bytes: { total: 2_360_000_000, present: 0, moved: 1_210_000_000 },
    speed: 7_600_000,
    left: 151_000,
    blobs: [blob(10, 320e6, 'done'), blob(11, 1190e6, 'moving', 0.75), blob(12, 610e6, 'waiting'), blob(13, 240e6, 'waiting')],
    tagged: [],
    file: '/home/somebody/trainer-2026.11.tar',
  },
  {
    id: 'transfer-3',
    kind: 'pull',
    by: 'window',
    request: { kind: 'pull', from: [{ account: uuid(1), repository: 'wso2/wso2is', reference: '7.1.0-rocky' }], platform: 'linux/amd64' },
    status: 'done',
    title: 'wso2is:7.1.0-rocky',
    started: before(3_619_000),
    ended: before(3_600_000),
    bytes: { total: 688_200_000, present: 0, moved: 688_200_000 },
    speed: 0,
    blobs: [blob(20, 688.2e6, 'done')],
    tagged: [{ name: 'harbor.example.org/wso2/wso2is:7.1.0-rocky', digest: digest(2) }],
  },
  {
    id: 'transfer-4',
    kind: 'push',
    by: 'window',
    request: { kind: 'push', name: 'localhost/gateway-test:1.0', platform: 'linux/amd64', to: { account: uuid(2), repository: 'sandbox/gateway-test', tag: '1.0', also: [], overwrite: 'always' } },
    status: 'failed',
    title: 'gateway-test:1.0',
    started: before(5_000_000),
    ended: before(4_900_000),
    bytes: { total: 120_000_000, present: 80_000_000, moved: 40_000_000 },
    speed: 0,
    blobs: [blob(30, 80e6, 'exists'), blob(31, 40e6, 'done')],
    problem: new ProblemError('tag-immutable', { message: 'harbor.example.org does not let sandbox/gateway-test:1.0 be moved: the tag is immutable.', next: 'Push it under another tag.', detail: '412 Precondition Failed' }).problem,
    tagged: [],
  },
];

export function artifactOf(host: string, repository: string, reference: string): ArtifactDetails {
  const layers = [63, 4, 148, 2, 39, 493, 1].map((size, index) => ({
    digest: digest(700 + index),
    size: size * 1_000_000,
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    instruction: ['ADD rootfs.tar.xz /', 'RUN groupadd -g 802 wso2', 'RUN dnf install -y java-21-openjdk-headless', 'COPY docker-entrypoint.sh /', 'RUN curl -fsSLO mysql-connector-j.jar', 'COPY wso2am-4.5.0 /home/wso2carbon', 'USER 802'][index] ?? '',
  }));
  return {
    reference: `${host}/${repository}:${reference}`,
    digest: digest(1),
    mediaType: 'application/vnd.oci.image.index.v1+json',
    type: 'index',
    annotations: { 'org.opencontainers.image.source': 'https://git.example.org/wso2/docker' },
    platforms: [
      { platform: 'linux/amd64', digest: digest(600), size: 2481, attestations: [{ digest: digest(610), type: 'in-toto' }] },
      { platform: 'linux/arm64', digest: digest(601), size: 2481, attestations: [] },
    ],
    image: {
      digest: digest(600),
      platform: 'linux/amd64',
      created: before(2 * day),
      size: layers.reduce((sum, { size }) => sum + size, 0),
      layers,
      dockerfile: layers.map(({ instruction }) => instruction).join('\n'),
      config: JSON.stringify({ architecture: 'amd64', os: 'linux' }, null, 2),
      user: '802',
      entrypoint: ['/home/wso2carbon/docker-entrypoint.sh'],
      command: [],
      environment: ['JAVA_HOME=/usr/lib/jvm/jre', 'WSO2_SERVER_NAME=wso2am'],
      exposedPorts: ['9443/tcp', '8243/tcp'],
      labels: { maintainer: 'release@example.org' },
    },
    referrers: [{ digest: digest(800), artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json', size: 5400 }],
    raw: JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }, null, 2),
  };
}
