import { ProblemError } from './errors.js';
import { withoutUserInfo } from './redact.js';
import { isHost, type Host } from './reference.js';

/** Where a registry listens. */
export interface Address {
  readonly host: Host;
  /** `http://` stood before it; false: `https://` did; absent: neither. */
  readonly plainHttp?: boolean;
}

const loopback = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?$/i;

/** Hosts that no other machine can stand behind: plain http is safe there. Names below `.localhost` are not among them, since some resolvers ask the network for them. */
export function isLoopback(host: Host): boolean {
  return loopback.test(host);
}

function invalid(text: string, why: string): ProblemError {
  return new ProblemError('address-invalid', {
    message: `${JSON.stringify(withoutUserInfo(text).slice(0, 300))} is not the address of a registry: ${why}.`,
    next: 'Type the host name alone, with a port if it has one, such as harbor.example.com or localhost:5000.',
  });
}

/**
 * Reads a registry's address as people paste it: a scheme, a trailing slash and a path such as `/v2/` or Harbor's
 * `/harbor/projects` are dropped, names beyond ASCII become their ASCII form (`bücher.example` -> `xn--bcher-kva.example`).
 * @throws ProblemError `address-invalid`
 */
export function parseAddress(text: string): Address {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') throw invalid(text, `${scheme}:// is not spoken by registries`);
  if (/[\s\p{Cc}]/u.test(trimmed)) throw invalid(text, 'it has a space or a control character in it');
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/[]*:(?:\/(?!\/)|$)/i.test(trimmed)) throw invalid(text, 'the port after the colon is missing');
  let url: URL;
  try {
    url = new URL(scheme === undefined ? `https://${trimmed}` : trimmed);
  } catch {
    throw invalid(text, 'it cannot be read as a host name');
  }
  if (url.username || url.password) throw invalid(text, 'user and password do not belong into the address');
  const typedPort = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:\[[^\]]*\]|[^/:?#]*):([0-9]+)/i.exec(trimmed)?.[1];
  const host = typedPort === undefined || url.port ? url.host : `${url.hostname}:${typedPort}`;
  if (!isHost(host)) throw invalid(text, 'it has characters that a host name cannot have');
  return { host, ...(scheme !== undefined && { plainHttp: scheme === 'http' }) };
}
