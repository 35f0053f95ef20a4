import { isDigest, type Digest } from './digest.js';
import { ProblemError } from './errors.js';
import { withoutUserInfo } from './redact.js';

/** The host part of a reference as it is typed and shown: `harbor.example.com`, `localhost:5000`, `[::1]:5000`. */
export type Host = string;

/** A repository at a host. */
export interface RepositoryName {
  readonly host: Host;
  /** `library/alpine`: one or more lower-case path components, OCI distribution-spec "Pulling manifests". */
  readonly repository: string;
}

/** `host/repository[:tag][@digest]`; with neither, the tag is `latest`. */
export interface Reference extends RepositoryName {
  readonly tag?: string;
  readonly digest?: Digest;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::([1-9][0-9]{0,4}))?$/i;
/** Distribution's own bound on a repository name, without the host. */
const maxNameLength = 255;
/** RFC 1035 allows a name 253 characters; a port adds six. */
const maxHostLength = 259;
/** Docker Hub under the name that old configurations have. */
const legacyHub = 'index.docker.io';

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

export function isRepository(text: string): boolean {
  return text.length <= maxNameLength && text.split('/').every((part) => component.test(part));
}

function invalid(text: string, why: string): ProblemError {
  return new ProblemError('reference-invalid', {
    message: `${JSON.stringify(withoutUserInfo(text).slice(0, 300))} is not an image reference: ${why}.`,
    next: 'Write host[:port]/repository[:tag|@digest], such as registry.example.com/team/app:1.0.',
  });
}

/** Docker's rule: the first component is a host when it has a dot or a port, or is localhost. */
function looksLikeHost(text: string): boolean {
  return text.toLowerCase() === 'localhost' || text.startsWith('[') || /[.:]/.test(text);
}

/**
 * Reads what people write. `alpine` and `docker.io/alpine` mean `docker.io/library/alpine`, as everywhere in the field.
 * A pasted `docker://` or `oci://` is dropped; `https://` is refused with the reference that was probably meant.
 * @throws ProblemError `reference-invalid`
 */
export function parseRepository(text: string): RepositoryName {
  const { host, repository, tag, digest } = parseParts(text);
  if (tag !== undefined || digest !== undefined) throw invalid(text, 'a repository is wanted here, without tag or digest');
  return { host, repository };
}

/** As {@link parseRepository}, with tag and digest; neither means `latest`. */
export function parseReference(text: string): Reference {
  const parts = parseParts(text);
  return parts.tag === undefined && parts.digest === undefined ? { ...parts, tag: 'latest' } : parts;
}

function parseParts(text: string): Reference {
  const bare = text.trim().replace(/^(?:docker|oci):\/\//, '');
  if (/^[a-z]+:\/\//i.test(bare)) throw invalid(text, `leave out the scheme: ${withoutUserInfo(bare).replace(/^[a-z]+:\/\//i, '')}`);
  const at = bare.indexOf('@');
  const digest = at < 0 ? undefined : bare.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) throw invalid(text, 'the part after @ is not a sha256: or sha512: digest');
  const named = at < 0 ? bare : bare.slice(0, at);
  const slash = named.indexOf('/');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const hasHost = slash > 0 && looksLikeHost(named.slice(0, slash));
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `${JSON.stringify(tag)} is not a tag`);
  const name = colon < 0 ? named : named.slice(0, colon);
  const typed = hasHost ? name.slice(0, slash).toLowerCase() : 'docker.io';
  const host = typed === legacyHub ? 'docker.io' : typed;
  const path = hasHost ? name.slice(slash + 1) : name;
  if (!isHost(host)) throw invalid(text, `${JSON.stringify(host)} is not a host`);
  const repository = host === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (!isRepository(repository)) throw invalid(text, `${JSON.stringify(path)} is not a repository name (lower-case letters, digits, ". _ -" and "/")`);
  return { host, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/**
 * Is this a host as it stands in a reference, with a valid port if any? A name that an URL would change, such as `127.1`,
 * is none: what is shown and what is connected to must be the same.
 */
export function isHost(text: string): boolean {
  const [, name, port] = (text.length <= maxHostLength && hostPattern.exec(text)) || [];
  if (name === undefined || Number(port ?? 1) > 65_535) return false;
  return URL.canParse(`https://${name}`) && new URL(`https://${name}`).hostname === name.toLowerCase();
}

/** `host/repository`. */
export function formatRepository(name: RepositoryName): string {
  return `${name.host}/${name.repository}`;
}

/** `host/repository:tag@digest` with the parts that are there. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${formatRepository(reference)}${tag}${digest}`;
}

/** What a manifest request asks for: the digest if there is one, else the tag. */
export function selector(reference: Reference): string {
  return reference.digest ?? reference.tag ?? 'latest';
}

/** The name an image keeps elsewhere: `host/repository:tag`, and only without a tag the digest. */
export function nameOf({ host, repository, tag, digest }: Reference): string {
  return tag === undefined && digest !== undefined ? `${host}/${repository}@${digest}` : `${host}/${repository}:${tag ?? 'latest'}`;
}
