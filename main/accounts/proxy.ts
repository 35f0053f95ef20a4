import { BlockList, isIP } from 'node:net';
import { ProblemError } from '../../shared/errors.js';
import { isLoopback } from '../../shared/address.js';
import type { Host } from '../../shared/reference.js';
import type { Proxy } from '../registry/connection.js';

/**
 * The proxy that the environment has for a host: `HTTPS_PROXY` or `HTTP_PROXY`, else `ALL_PROXY`, unless `NO_PROXY` or
 * loopback spare it. Names in lower case win, as with curl.
 * @throws ProblemError `usage-invalid` naming the variable, not its value: that may hold a password
 */
export function environmentProxy(host: Host, plainHttp: boolean, env: NodeJS.ProcessEnv = process.env): Proxy | undefined {
  const name = [plainHttp ? 'http_proxy' : 'https_proxy', 'all_proxy'].flatMap((lower) => [lower, lower.toUpperCase()]).find((candidate) => env[candidate]);
  if (name === undefined || isLoopback(host)) return undefined;
  if (isSpared(host, plainHttp, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return undefined;
  return parseProxy(env[name] ?? '', name);
}

/**
 * Splits user and password off a proxy's address.
 * @param source what it is called in a problem: a variable, an option
 * @throws ProblemError `usage-invalid`
 */
export function parseProxy(text: string, source: string): Proxy {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) throw invalid(source, 'it cannot be read as an address');
  const { protocol, origin, username, password } = new URL(address);
  if (protocol !== 'http:' && protocol !== 'https:') throw invalid(source, `${protocol}// proxies are not spoken to, only http:// and https://`);
  return {
    url: origin,
    ...(username && { username: decode(username, source) }),
    ...(password && { password: decode(password, source) }),
  };
}

/**
 * Does NO_PROXY name this host? Entries are `*`, a name (with all names below it), `.suffix`, `*.suffix`, an address or a
 * network such as `10.0.0.0/8`, each but the network with `:port` if only that port is meant.
 */
export function isSpared(host: Host, plainHttp: boolean, list: string): boolean {
  const { hostname, port } = new URL(`${plainHttp ? 'http' : 'https'}://${host}`);
  const name = hostname.replace(/^\[|\]$/g, '');
  const ownPort = port || (plainHttp ? '80' : '443');
  return list.toLowerCase().split(/[\s,]+/).filter(Boolean).some((entry) => fits(entry, name, ownPort));
}

function fits(entry: string, name: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(entry, name);
  const { place, wantedPort } = splitPort(entry);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const suffix = place.replace(/^\*?\./, '');
  return name === suffix || (isIP(name) === 0 && name.endsWith(`.${suffix}`));
}

/** `[::1]:5000`, `host:5000`, `::1`, `host`. */
function splitPort(entry: string): { place: string; wantedPort?: string } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::([0-9]+))?$/.exec(entry);
  if (!match) return { place: entry };
  const [, bracketed, bare, wantedPort] = match;
  return { place: bracketed ?? bare ?? '', ...(wantedPort !== undefined && { wantedPort }) };
}

function inNetwork(entry: string, name: string): boolean {
  const [network = '', prefix = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(name) !== family || !/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), kind);
  return block.check(name, kind);
}

function decode(text: string, source: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(source, 'its user or password has a % that begins no %XX');
  }
}

function invalid(source: string, why: string): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `The proxy in ${source} cannot be used: ${why}.`,
    next: 'Write http://proxy.example.com:3128, with user:password@ before the host if the proxy asks for them.',
  });
}
