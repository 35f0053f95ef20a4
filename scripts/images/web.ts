import type { LibraryJob } from '../../main/library/library.js';
import { hostPlatform } from '../../main/image/host-platform.js';
import { rootFileSystem, type Busybox } from './busybox.js';
import { writeLayer, type LayerEntry } from './layer.js';
import type { NamedRoot } from './named-root.js';
import { writeImage, type BuildStep, type WriteOptions } from './write-image.js';

interface Release {
  readonly version: string;
  readonly created: string;
  readonly note: string;
  /** Tags that point to it besides its version. */
  readonly also?: readonly string[];
}

/** Two years of a small web server, in the order in which they were published: a mended 1.x came out after 2.0.0. */
const releases: readonly Release[] = [
  { version: '1.0.0', created: '2024-02-05T09:12:44Z', note: 'First release.' },
  { version: '1.0.1', created: '2024-02-19T15:40:02Z', note: 'Answers HEAD.' },
  { version: '1.1.0', created: '2024-04-08T08:03:51Z', note: 'Larger letters.' },
  { version: '1.2.0', created: '2024-07-01T11:27:30Z', note: 'Tells its health at /health.' },
  { version: '1.2.1', created: '2024-07-03T16:55:09Z', note: '/health is no longer cached.' },
  { version: '1.9.0', created: '2024-12-11T10:00:17Z', note: 'Runs without root.' },
  { version: '1.10.0-rc.1', created: '2025-02-24T13:31:58Z', note: 'Last test before 1.10.' },
  { version: '1.10.0', created: '2025-03-04T09:45:26Z', note: 'Dark pages at night.' },
  { version: '2.0.0-beta.1', created: '2025-09-15T14:08:33Z', note: 'Pages in another shape.' },
  { version: '2.0.0', created: '2025-11-03T09:00:00Z', note: 'The old error page is gone.' },
  { version: '1.10.1', created: '2025-11-20T17:21:40Z', note: 'Mends a wrong length.', also: ['1'] },
  { version: '2.1.0', created: '2026-03-16T08:30:12Z', note: 'Says which version it is.', also: ['2', 'latest'] },
];

const port = '8080/tcp';
const oldErrorPage = 'www/error.html';

const page = ({ version, created, note }: Release): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Demo ${version}</title>
<h1>It works: ${version}</h1>
<p>${note}</p>
<p>Published on ${created.slice(0, 10)}.</p>
</html>
`;

/** `demo/web`: a web server that shows its own version, in a dozen versions that share their base. */
export async function writeWeb(job: LibraryJob, busybox: Busybox, options: WriteOptions): Promise<NamedRoot[]> {
  const [first] = releases;
  const base = await writeLayer(job, baseOf(busybox, first?.created ?? ''), options);
  const roots: NamedRoot[] = [];
  for (const release of releases) {
    const { version, created, note, also = [] } = release;
    const configuration = await writeLayer(job, configurationOf(release), options);
    const pages = await writeLayer(job, pagesOf(release), options);
    const user = runsWithoutRoot(version) ? 'web' : 'root';
    const steps: BuildStep[] = [
      { line: `ADD rootfs.tar error.html / # busybox ${busybox.version}`, layer: base },
      { line: 'LABEL org.opencontainers.image.title=web org.opencontainers.image.vendor=Longshore' },
      { line: `ENV WEB_VERSION=${version}` },
      { line: 'COPY httpd.conf /etc/httpd.conf', layer: configuration },
      { line: 'COPY www /www', layer: pages },
      { line: `USER ${user}` },
      { line: `EXPOSE map[${port}:{}]` },
      { line: 'ENTRYPOINT ["/usr/sbin/httpd"]' },
      { line: 'CMD ["-f" "-v" "-p" "8080" "-h" "/www" "-c" "/etc/httpd.conf"]' },
    ];
    const labels = {
      'org.opencontainers.image.created': created,
      'org.opencontainers.image.description': `A web server for demonstrations. ${note}`,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.title': 'web',
      'org.opencontainers.image.vendor': 'Longshore',
      'org.opencontainers.image.version': version,
    };
    const run = {
      User: user,
      ExposedPorts: { [port]: {} },
      Env: ['PATH=/usr/bin:/usr/sbin:/bin:/sbin', `WEB_VERSION=${version}`],
      Entrypoint: ['/usr/sbin/httpd'],
      Cmd: ['-f', '-v', '-p', '8080', '-h', '/www', '-c', '/etc/httpd.conf'],
      WorkingDir: '/www',
      Labels: labels,
    };
    const root = await writeImage(job, { platform: hostPlatform, created, steps, run, annotations: labels }, options);
    roots.push(...[version, ...also].map((tag) => ({ name: `localhost/demo/web:${tag}`, root })));
  }
  return roots;
}

const major = (version: string): number => Number(version.split('.')[0]);
const minor = (version: string): number => Number(version.split('.')[1]);
const tellsHealth = (version: string): boolean => major(version) > 1 || minor(version) >= 2;
const runsWithoutRoot = (version: string): boolean => major(version) > 1 || minor(version) >= 9;

function baseOf(busybox: Busybox, created: string): LayerEntry[] {
  return [
    ...rootFileSystem(busybox, created),
    { name: oldErrorPage, kind: 'file', time: Date.parse(created) / 1000, content: '<!doctype html>\n<title>Not found</title>\n<h1>There is no such page.</h1>\n' },
  ];
}

function configurationOf({ version, created }: Release): LayerEntry[] {
  const errors = major(version) > 1 ? '' : `E404:/${oldErrorPage}\n`;
  const content = `# web ${version.split('.').slice(0, 2).join('.')}\nI:index.html\n${errors}`;
  return [{ name: 'etc/httpd.conf', kind: 'file', time: Date.parse(created) / 1000, content }];
}

/** From 2 on the error page of the base is taken away: a whiteout, OCI image-spec, layer.md "Whiteouts". */
function pagesOf(release: Release): LayerEntry[] {
  const time = Date.parse(release.created) / 1000;
  const files: LayerEntry[] = [
    { name: 'www/', kind: 'folder', time },
    ...(tellsHealth(release.version) ? [{ name: 'www/health', kind: 'file' as const, time, content: 'ok\n' }] : []),
    { name: 'www/index.html', kind: 'file', time, content: page(release) },
  ];
  return major(release.version) > 1 ? [...files, { name: oldErrorPage.replace(/([^/]+)$/, '.wh.$1'), kind: 'file', time }] : files;
}
