import { splitDigest, type Digest } from './digest.js';
import { quote, type Shell } from './quote.js';
import { formatReference, type Reference } from './reference.js';

export type PullTool = 'docker' | 'podman' | 'nerdctl' | 'ctr' | 'skopeo' | 'crane';

export const pullTools: readonly PullTool[] = ['docker', 'podman', 'nerdctl', 'ctr', 'skopeo', 'crane'];

export interface CommandOptions {
  readonly shell: Shell;
  /** The registry is spoken to without TLS; docker has no option for that, only its daemon's configuration. */
  readonly plainHttp?: boolean;
}

/**
 * The command with which `tool` fetches an image, by digest where the reference has one: what is named then cannot move.
 * @throws ProblemError `usage-invalid`, see {@link quote}
 */
export function pullCommand(tool: PullTool, reference: Reference, options: CommandOptions): string {
  const { tag, digest, ...name } = reference;
  const exact: Reference = digest === undefined ? { ...name, tag: tag ?? 'latest' } : { ...name, digest };
  return commandLine(tools[tool].pull, exact, tools[tool].plainHttp, options);
}

/**
 * The command with which `tool` sends an image that it has under that name; skopeo and crane send a docker archive.
 * @throws ProblemError `usage-invalid`, see {@link quote}
 */
export function pushCommand(tool: PullTool, reference: Reference, options: CommandOptions): string {
  return commandLine(tools[tool].push, reference, tools[tool].plainHttpPush ?? tools[tool].plainHttp, options);
}

type Words = (reference: Reference, image: string) => readonly [command: readonly string[], rest: readonly string[]];

interface Tool {
  /** The words before the options, and those after them. */
  readonly pull: Words;
  readonly push: Words;
  readonly plainHttp: readonly string[];
  readonly plainHttpPush?: readonly string[];
}

const tools: Readonly<Record<PullTool, Tool>> = {
  docker: {
    pull: (_, image) => [['docker', 'pull'], [image]],
    push: (_, image) => [['docker', 'push'], [image]],
    plainHttp: [],
  },
  podman: {
    pull: (_, image) => [['podman', 'pull'], [image]],
    push: (_, image) => [['podman', 'push'], [image]],
    plainHttp: ['--tls-verify=false'],
  },
  nerdctl: {
    pull: (_, image) => [['nerdctl', 'pull'], [image]],
    push: (_, image) => [['nerdctl', 'push'], [image]],
    plainHttp: ['--insecure-registry'],
  },
  ctr: {
    pull: (_, image) => [['ctr', 'images', 'pull'], [image]],
    push: (_, image) => [['ctr', 'images', 'push'], [image]],
    plainHttp: ['--plain-http'],
  },
  skopeo: {
    // A docker archive keeps a name with a tag, never one with a digest (containers-transports(5)).
    pull: (reference, image) => [['skopeo', 'copy'], [`docker://${image}`, `docker-archive:${fileOf(reference)}${reference.digest === undefined ? `:${image}` : ''}`]],
    push: (reference, image) => [['skopeo', 'copy'], [`docker-archive:${fileOf(reference)}`, `docker://${image}`]],
    plainHttp: ['--src-tls-verify=false'],
    plainHttpPush: ['--dest-tls-verify=false'],
  },
  crane: {
    pull: (reference, image) => [['crane', 'pull'], [image, fileOf(reference)]],
    push: (reference, image) => [['crane', 'push'], [fileOf(reference), image]],
    plainHttp: ['--insecure'],
  },
};

function commandLine(words: Words, reference: Reference, plainHttp: readonly string[], options: CommandOptions): string {
  const [command, rest] = words(reference, formatReference(reference));
  return [...command, ...(options.plainHttp ? plainHttp : []), ...rest].map((word) => quote(word, options.shell)).join(' ');
}

/** `app-1.0.tar`, `app-0123456789ab.tar`: no colon, which skopeo and Windows would read as a separator. */
function fileOf({ repository, tag, digest }: Reference): string {
  return archiveName(repository, digest ?? tag ?? 'latest');
}

/** The file that an image is saved to when nobody says otherwise. */
export function archiveName(repository: string, reference: string): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  return `${last}-${reference.includes(':') ? splitDigest(reference as Digest).hex.slice(0, 12) : reference}.tar`;
}
