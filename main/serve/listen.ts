import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ProblemError } from '../../shared/errors.js';
import { isDiskError } from '../disk/problems.js';

export interface ListenOptions {
  readonly addresses: readonly string[];
  /** 0: any free one, the same on every address. */
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
}

/** Against clients that send a byte now and then to hold a connection: all headers within this time. */
const headersTimeout = 15_000;
/** A connection on which nothing moves; a body as a whole may take as long as it likes while bytes come. */
const idleTimeout = 60_000;
const checkInterval = 5_000;
const maxHeaderBytes = 16 * 1024;
/** Some 20 clients with a dozen connections each. */
const maxConnections = 256;
/** A free port may be taken on the second address: another one is asked for. */
const maxPortTries = 10;

/**
 * Listens on every address with one port. An IPv6 address that the machine does not have is left out when another one is there.
 * @throws ProblemError `usage-invalid` when the port is taken, the address is not this machine's or the certificate is no use
 */
export async function listen(listener: RequestListener, options: ListenOptions): Promise<Server[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listenOnAll(listener, options);
    } catch (error) {
      const isTaken = isDiskError(error, 'EADDRINUSE');
      if (isTaken && options.port === 0 && tries < maxPortTries) continue;
      throw listenProblem(error, options);
    }
  }
}

async function listenOnAll(listener: RequestListener, { addresses, port, tls }: ListenOptions): Promise<Server[]> {
  const servers: Server[] = [];
  try {
    for (const address of addresses) {
      const server = makeServer(listener, tls);
      server.listen({ host: address, port: portOf(servers[0]) ?? port, ipv6Only: address.includes(':') });
      try {
        await once(server, 'listening');
        servers.push(server);
      } catch (error) {
        const isAbsent = isDiskError(error, 'EADDRNOTAVAIL') || isDiskError(error, 'EAFNOSUPPORT');
        if (!isAbsent || servers.length === 0) throw error;
      }
    }
    return servers;
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/** The port a server listens on. */
export function portOf(server: Server | undefined): number | undefined {
  return (server?.address() as AddressInfo | null | undefined)?.port;
}

function makeServer(listener: RequestListener, tls: ListenOptions['tls']): Server {
  const limits = { headersTimeout, requestTimeout: 0, keepAliveTimeout: idleTimeout, connectionsCheckingInterval: checkInterval, maxHeaderSize: maxHeaderBytes, noDelay: true };
  const server = tls ? makeTlsServer(limits, tls, listener) : createServer(limits, listener);
  server.timeout = idleTimeout;
  server.maxConnections = maxConnections;
  return server.on('checkContinue', listener);
}

function makeTlsServer(limits: ServerOptions, { certificate, key }: NonNullable<ListenOptions['tls']>, listener: RequestListener): Server {
  try {
    return createTlsServer({ ...limits, cert: certificate, key, minVersion: 'TLSv1.2' }, listener);
  } catch (error) {
    throw new ProblemError('usage-invalid', {
      message: 'The certificate and its key do not work together.',
      next: 'Give both as PEM, the key without a password, and the key that belongs to the certificate.',
      detail: (error as NodeJS.ErrnoException).code,
      cause: error,
    });
  }
}

function listenProblem(error: unknown, { addresses, port }: ListenOptions): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const where = `${addresses.join(' and ')}, port ${port}`;
  const isTaken = code === 'EADDRINUSE';
  return new ProblemError('usage-invalid', {
    message: isTaken ? `Another program listens on ${where}.` : `Could not listen on ${where}.`,
    next: isTaken ? 'Choose another port, or end that program.' : 'Choose an address of this machine and a port above 1023.',
    ...(isTaken && { command: 'Choose another port with --port, or end that program.' }),
    detail: code,
    cause: error,
  });
}
