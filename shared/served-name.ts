import { isHost, isRepository, type RepositoryName } from './reference.js';

/**
 * Repository names cannot hold the colon of a port nor an IPv6 address, and host names cannot hold `_`. So the library's
 * `localhost:5000/demo/app` is served as `localhost_5000/demo/app`, `[::1]:5000/app` as `ip6__x--1x_5000/app` (the `x`
 * keep the dashes from touching an underscore, which repository names forbid). Local images have no host at all.
 */
const localHost = 'localhost';

/** The library's name of a served repository. Undefined when it is not a legal repository name. */
export function nameOf(served: string): RepositoryName | undefined {
  if (!isRepository(served)) return undefined;
  const slash = served.indexOf('/');
  const host = slash < 0 ? undefined : decodeHost(served.slice(0, slash));
  return host === undefined ? { host: localHost, repository: served } : { host, repository: served.slice(slash + 1) };
}

/** As which repository an entry of the library is served. */
export function servedName({ host, repository }: RepositoryName): string {
  const reread = nameOf(repository);
  const needsHost = host !== localHost || (reread !== undefined && reread.repository !== repository);
  return needsHost ? `${encodeHost(host)}/${repository}` : repository;
}

function decodeHost(component: string): string | undefined {
  const [, address, addressPort] = /^ip6__x([0-9a-f.-]+)x(?:_([0-9]+))?$/.exec(component) ?? [];
  const [, name = component, port] = /^([^_]+)_([0-9]+)$/.exec(component) ?? [];
  const withPort = (host: string, number: string | undefined): string => (number === undefined ? host : `${host}:${number}`);
  const host = address === undefined ? withPort(name, port) : withPort(`[${address.replaceAll('-', ':')}]`, addressPort);
  const isOne = address !== undefined || port !== undefined || name.includes('.') || name === localHost;
  return isOne && isHost(host) ? host : undefined;
}

function encodeHost(host: string): string {
  const [, address, port] = /^\[([^\]]+)\](?::([0-9]+))?$/.exec(host) ?? [];
  if (address === undefined) return host.replace(':', '_');
  return `ip6__x${address.replaceAll(':', '-')}x${port === undefined ? '' : `_${port}`}`;
}
