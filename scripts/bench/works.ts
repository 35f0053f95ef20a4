import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '../../shared/descriptor.js';
import { acceptManifests } from '../../main/image/media-types.js';
import type { BenchImage } from './image.js';
import type { ToolName } from './tools.js';

/** Where one run works. Everything is new for each run but what it reads from. */
export interface Place {
  readonly image: BenchImage;
  /** The image in the registry that is read from. */
  readonly source: string;
  /** A reference in a registry that is empty and was never seen before. */
  readonly target: string;
  /** A path in the file system where nothing is yet. */
  readonly path: string;
  /** An archive that every tool reads. */
  readonly archive: string;
  /** The profile whose library has the image, and its name there. */
  readonly filledHome: string;
  readonly libraryName: string;
  /** An empty profile. */
  readonly emptyHome: string;
}

export interface Work {
  readonly name: string;
  readonly title: string;
  readonly arguments: Readonly<Record<ToolName, (place: Place) => readonly string[]>>;
  readonly writesTo: 'disk' | 'registry';
  /** LONGSHORE_HOME. */
  readonly home: (place: Place) => string;
  /** Did it do what was measured? @throws Error */
  readonly check: (place: Place) => Promise<void>;
}

const regctl = (reference: string): string[] => ['--host', `reg=${hostOf(reference)},tls=disabled`, 'image'];
const hostOf = (reference: string): string => reference.slice(0, reference.indexOf('/'));
const bareTag = '1';

/** The same work for everyone: the same image, digests kept, nothing recompressed. */
export const works: readonly Work[] = [
  {
    name: 'pull',
    title: 'registry → library, or OCI layout',
    arguments: {
      longshore: ({ source }) => ['pull', source, '--quiet'],
      crane: ({ source, path }) => ['pull', '--format=oci', source, path],
      regctl: ({ source, path }) => [...regctl(source), 'copy', source, `ocidir://${path}:${bareTag}`],
      skopeo: ({ source, path }) => ['copy', '--quiet', '--src-tls-verify=false', `docker://${source}`, `oci:${path}:${bareTag}`],
    },
    writesTo: 'disk',
    home: ({ path }) => path,
    check: ({ path, image }) => holdsBlobs(path, image),
  },
  {
    name: 'save',
    title: 'registry → archive',
    arguments: {
      longshore: ({ source, path }) => ['save', source, '-o', path, '--quiet'],
      crane: ({ source, path }) => ['pull', source, path],
      regctl: ({ source, path }) => [...regctl(source), 'export', source, path],
      skopeo: ({ source, path }) => ['copy', '--quiet', '--src-tls-verify=false', `docker://${source}`, `oci-archive:${path}:${bareTag}`],
    },
    writesTo: 'disk',
    home: ({ emptyHome }) => emptyHome,
    check: ({ path, image }) => isArchive(path, image),
  },
  {
    name: 'load',
    title: 'archive → registry',
    arguments: {
      longshore: ({ archive, target }) => ['load', archive, '--to', target, '--quiet'],
      crane: ({ archive, target }) => ['push', archive, target],
      regctl: ({ target, archive }) => [...regctl(target), 'import', target, archive],
      skopeo: ({ archive, target }) => ['copy', '--quiet', '--dest-tls-verify=false', `oci-archive:${archive}`, `docker://${target}`],
    },
    writesTo: 'registry',
    home: ({ emptyHome }) => emptyHome,
    check: hasImage,
  },
  {
    name: 'push',
    title: 'library, or OCI layout → registry',
    arguments: {
      longshore: ({ libraryName, target }) => ['push', libraryName, target, '--quiet'],
      crane: ({ image, target }) => ['push', image.layout, target],
      regctl: ({ image, target }) => [...regctl(target), 'copy', `ocidir://${image.layout}:${bareTag}`, target],
      skopeo: ({ image, target }) => ['copy', '--quiet', '--dest-tls-verify=false', `oci:${image.layout}:${bareTag}`, `docker://${target}`],
    },
    writesTo: 'registry',
    home: ({ filledHome }) => filledHome,
    check: hasImage,
  },
];

async function holdsBlobs(folder: string, { layers }: BenchImage): Promise<void> {
  const paths = new Map((await readdir(folder, { recursive: true })).map((path) => [path.split('/').at(-1), path]));
  for (const { digest, size } of layers) {
    const path = paths.get(digest.slice('sha256:'.length));
    if (path === undefined || (await stat(join(folder, path))).size !== size) throw new Error(`${folder} has not ${digest}.`);
  }
}

/** Tar headers, padding, manifests and configs: more than that would be other layers. */
const archiveOverhead = 1024 * 1024;

async function isArchive(file: string, { layers }: BenchImage): Promise<void> {
  const wanted = layers.reduce((sum, { size }) => sum + size, 0);
  const { size } = await stat(file);
  if (size < wanted || size > wanted + archiveOverhead) throw new Error(`${file} has ${size} bytes, the layers ${wanted}.`);
}

async function hasImage({ target, image }: Place): Promise<void> {
  const [, repository, tag] = /^[^/]+\/(.+):([^:]+)$/.exec(target) ?? [];
  const response = await fetch(`http://${hostOf(target)}/v2/${repository}/manifests/${tag}`, { headers: { accept: acceptManifests } });
  if (!response.ok) throw new Error(`${target} is not in the registry: ${response.status}.`);
  const { config, layers } = (await response.json()) as { config: Descriptor; layers: Descriptor[] };
  const digests = [config, ...layers].map(({ digest }) => digest).join();
  if (digests !== [image.config, ...image.layers].map(({ digest }) => digest).join()) throw new Error(`${target} has other blobs than the source.`);
}

const finishedUpload = /"PUT \/v2\/[^ "]+\/blobs\/uploads\/[^"]*" 201 /g;

/**
 * Did all blobs go over the wire? A tool that remembers a repository with the same blobs has them mounted from there and
 * sends nothing, as skopeo does from its own cache: that is another work.
 * @param accessLog of a registry that had no other client, and has ended
 * @throws Error
 */
export async function wasSentWhole(accessLog: string, { layers }: BenchImage): Promise<void> {
  const uploads = (await readFile(accessLog, 'utf8')).match(finishedUpload)?.length ?? 0;
  const wanted = layers.length + 1;
  if (uploads !== wanted) throw new Error(`The registry was sent ${uploads} blobs of ${wanted}: this run did other work than the rest.`);
}
