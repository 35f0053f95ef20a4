import { once } from 'node:events';
import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecure, createSecureContext, rootCertificates, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls';
import { ProblemError } from '../../shared/errors.js';
import { defaultTimeouts, type Connection, type Trust } from './connection.js';
import { publicLookup } from './private-address.js';
import { baseUrl } from './profiles.js';
import { openTunnel } from './tunnel.js';

/** Whom a socket leads to. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

/** The machine behind a URL. */
export function targetOf(url: URL): Target {
  const secure = url.protocol === 'https:';
  return { hostname: url.hostname, port: Number(url.port || (secure ? 443 : 80)), secure };
}

export interface DialOptions {
  /** `public` refuses addresses of private networks after the name was looked up. */
  readonly reach: 'any' | 'public';
  /** With `false` whoever answers is let in, to look at the certificate; nothing may be sent then. */
  readonly verify: boolean;
  /** Where the socket reads into, as `net.connect` takes it; not for connections with a proxy. */
  readonly onread?: OnReadOpts;
}

export type Dial = (target: Target, options: DialOptions) => Promise<Socket | TLSSocket>;

/** What undici reads with by default; Node's own 16 KiB cost a third of the throughput. */
const highWaterMark = 64 * 1024;

/**
 * Makes the function that opens this connection's sockets: over the proxy if there is one, with the registry's client
 * certificate and pin for the registry itself and for nobody else. Sockets that are under way end with `closed`.
 * It fails with the errors of `node:net` and `node:tls`, with `certificate-changed` and with the problems of proxies.
 */
export function createDial(connection: Connection, closed?: AbortSignal): Dial {
  const context = lazily(() => secureContext(connection.trust, false));
  const ownContext = lazily(() => secureContext(connection.trust, true));
  const timeout = connection.timeouts?.connect ?? defaultTimeouts.connect;
  const own = targetOf(baseUrl(connection));
  const isOwn = (target: Target): boolean => target.hostname === own.hostname && target.port === own.port;

  return async (target, { reach, verify, onread }) => {
    const inTime = AbortSignal.timeout(timeout);
    const signal = closed ? AbortSignal.any([inTime, closed]) : inTime;
    const name = target.hostname.replace(/^\[|\]$/g, '');
    const [address, port] = dialled(connection, target);
    const tunnel = connection.proxy && (await openTunnel(connection.proxy, `${address}:${port}`, { secureContext: context(), timeout, signal }));
    const place = { host: address.replace(/^\[|\]$/g, ''), port, highWaterMark, ...(reach === 'public' && { lookup: publicLookup }), ...(onread && { onread }) };
    if (!target.secure) return ready(tunnel ?? connectPlain(place), tunnel ? undefined : 'connect', signal);
    const pinned = isOwn(target) ? connection.trust.pinned : undefined;
    const options: ConnectionOptions = {
      ...place,
      ...(tunnel && { socket: tunnel }),
      ...(isIP(name) === 0 && { servername: name }),
      secureContext: isOwn(target) ? ownContext() : context(),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: verify && pinned === undefined,
    };
    const socket = connectSecure(options);
    await ready(socket, 'secureConnect', signal);
    if (verify && pinned !== undefined) checkPin(socket, pinned, connection.host);
    return socket;
  };
}

function dialled({ connectTo }: Connection, { hostname, port }: Target): [string, number] {
  const mapped = connectTo?.[`${hostname}:${port}`];
  if (mapped === undefined) return [hostname, port];
  const colon = mapped.lastIndexOf(':');
  return [mapped.slice(0, colon), Number(mapped.slice(colon + 1))];
}

/** Client certificates go to the registry alone: a storage or token host has no business with who we are. */
function secureContext(trust: Trust, own: boolean): SecureContext {
  return createSecureContext({
    ...(trust.certificates.length > 0 && { ca: [...rootCertificates, ...trust.certificates] }),
    ...(own && trust.client && { cert: trust.client.certificate, key: trust.client.key }),
    minVersion: 'TLSv1.2',
    // A company may hand out its issuing authority without the root above it.
    allowPartialTrustChain: true,
  } as Parameters<typeof createSecureContext>[0]);
}

/** Parsing 140 roots takes tens of milliseconds: once a connection, not once a socket. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

async function ready<T extends Socket>(socket: T, event: string | undefined, signal: AbortSignal): Promise<T> {
  // Until its user listens for them, errors of the socket have nobody else to go to.
  socket.on('error', () => {});
  try {
    if (event !== undefined) await once(socket, event, { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.setNoDelay(true).setKeepAlive(true, 60_000);
  return socket;
}

/** @throws ProblemError `certificate-changed` for every other certificate, however well signed */
function checkPin(socket: TLSSocket, pinned: string, host: string): void {
  const found = socket.getPeerCertificate().fingerprint256;
  if (found === pinned) return;
  socket.destroy();
  throw new ProblemError('certificate-changed', {
    message: `${host} shows another certificate than the one that was accepted for this account.`,
    next: `Ask whoever runs ${host} whether its certificate was renewed; if so, compare the fingerprint and trust the new one for the account.`,
    command: `Ask whoever runs ${host} whether its certificate was renewed; if so, compare the fingerprint and accept the new one with \`longshore login ${host} --pin FINGERPRINT\`.`,
    detail: `accepted: ${pinned}, shown: ${found}`,
  });
}
