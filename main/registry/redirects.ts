import { ProblemError } from '../../shared/errors.js';
import { exchange, type Answer, type Outgoing } from './exchange.js';
import type { Network } from './network.js';
import { isPrivateName } from './private-address.js';
import { discard } from './reading.js';
import { resolveLocation } from './urls.js';

/** Ten hops are what browsers and curl allow in some form; storage needs one or two. */
const maxHops = 10;
/** 303 asks for a GET, which only a GET can become without losing what was asked. */
const followed: Readonly<Record<number, boolean>> = { 301: true, 302: true, 303: true, 307: true, 308: true };
/** What signs a request in, and must not leave the origin it was meant for. */
const secretHeaders: readonly string[] = ['authorization', 'cookie', 'proxy-authorization'];

/** How far requests of one registry may be sent on. */
export interface Leash {
  /** The registry itself stands on a private network, so that its storage may. */
  readonly privateAllowed: boolean;
}

/**
 * Sends a request and follows where it is sent on. Credentials stay behind when scheme, host or port change.
 * @throws ProblemError `redirect-refused` for loops, more than ten hops, from https to http, to private addresses and to
 *   anything but http; and what {@link exchange} throws
 */
export async function follow(network: Network, outgoing: Outgoing, leash: Leash): Promise<Answer> {
  const visited = new Set<string>();
  let request = outgoing;
  for (let hop = 0; ; hop += 1) {
    visited.add(request.url.href);
    const answer = await exchange(network, request);
    const location = answer.header('location');
    if (!followed[answer.status] || location === undefined || (answer.status === 303 && !['GET', 'HEAD'].includes(request.method))) return answer;
    await discard(answer);
    const next = nextHop(request.url, location, leash);
    if (visited.has(next.href)) throw refused(request.url, next, 'it has been there already');
    if (hop === maxHops) throw refused(request.url, next, `there have been ${maxHops} already`);
    request = sentOn(request, next, outgoing.url, leash);
  }
}

/** A request for another URL, without what only the first may know. */
export function sentOn(request: Outgoing, next: URL, home: URL, leash: Leash): Outgoing {
  if (next.origin === home.origin) return { ...request, url: next, reach: 'any' };
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !secretHeaders.includes(name.toLowerCase())));
  return { ...request, url: next, headers, reach: leash.privateAllowed ? 'any' : 'public' };
}

/**
 * Where a `Location` leads, if one may go there.
 * @throws ProblemError `redirect-refused`, `answer-invalid`
 */
export function nextHop(from: URL, location: string, leash: Leash): URL {
  const next = resolveLocation(location, from);
  if (next.protocol !== 'https:' && next.protocol !== 'http:') throw refused(from, next, 'only http and https are followed');
  if (next.username !== '' || next.password !== '') throw refused(from, next, 'it has a user name in it');
  if (next.origin === from.origin) return next;
  if (from.protocol === 'https:' && next.protocol === 'http:') throw refused(from, next, 'it gives up the encryption');
  if (!leash.privateAllowed && isPrivateName(next.hostname)) throw refused(from, next, 'a public registry has no business on a private network');
  return next;
}

function refused(from: URL, to: URL, why: string): ProblemError {
  return new ProblemError('redirect-refused', {
    message: `${from.host} sent the request on to ${to.protocol}//${to.host}, which was not followed: ${why}.`,
    next: 'Report this to whoever runs the registry.',
  });
}
