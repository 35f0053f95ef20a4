import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';
import type { Authenticator } from './users.js';

export interface GuardOptions {
  /** Only these machines' own names are accepted as `Host`, with the port of the connection. Off for a public address: see {@link guard}. */
  readonly loopbackOnly: boolean;
  readonly authenticate?: Authenticator | undefined;
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Keeps web pages out. Every page that a browser shows may send requests to this machine; none may get further than here:
 * - a page whose own name was re-pointed to 127.0.0.1 (DNS rebinding) sends that name as `Host`;
 * - any other page's request carries `Origin` or, images and forms included, `Sec-Fetch-Site`, which no script can remove
 *   (Fetch standard, forbidden request-header names) and no registry client sends.
 * A public address stands behind TLS and a password instead of the name check: a re-pointed name fails at the certificate.
 * @throws Refusal 403, 401
 */
export async function guard(request: IncomingMessage, { loopbackOnly, authenticate }: GuardOptions): Promise<void> {
  const { host, origin, authorization } = request.headers;
  if (loopbackOnly && !isOwnHost(host, request.socket.localPort)) {
    throw new Refusal(403, 'DENIED', 'This registry answers to localhost, 127.0.0.1 and [::1] with its port only.');
  }
  if (origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
    throw new Refusal(403, 'DENIED', 'This registry does not answer web pages.');
  }
  if (authenticate && !(await authenticate(authorization))) {
    throw new Refusal(401, 'UNAUTHORIZED', 'A user name and password are required.', {
      headers: { 'www-authenticate': 'Basic realm="Longshore", charset="UTF-8"' },
    });
  }
}

function isOwnHost(host: string | undefined, port: number | undefined): boolean {
  const [, name = '', given = '80'] = /^(\[[^\]]*\]|[^:]*)(?::([0-9]+))?$/.exec(host ?? '') ?? [];
  return loopbackNames.has(name.toLowerCase()) && Number(given) === port;
}
