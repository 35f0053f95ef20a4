import { Agent, Pool, type Dispatcher } from 'undici';
import type { Connection, Timeouts } from './connection.js';
import { defaultTimeouts } from './connection.js';
import { createDial, targetOf } from './dial.js';
import { connectProblem } from './failures.js';
import { proxyHeaders } from './tunnel.js';

/** How a request for one URL leaves this machine. */
export interface Route {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The sockets of one connection. */
export interface Network {
  readonly connection: Connection;
  readonly timeouts: Timeouts;
  /** @param reach `public` keeps the request off private networks, whatever the name service says */
  route(url: URL, reach: 'any' | 'public'): Route;
  /** Aborted by {@link close}; for requests that several callers share. */
  readonly closed: AbortSignal;
  /** Ends all sockets at once. */
  close(): Promise<void>;
}

/** HTTP/1.1 only: HTTP/2's flow control holds a single fast transfer to a window a round trip. */
export function openNetwork(connection: Connection): Network {
  const ending = new AbortController();
  const agents = { any: openAgent(connection, 'any', ending.signal), public: openAgent(connection, 'public', ending.signal) };
  const { proxy } = connection;
  const forwarder = proxy && new Pool(new URL(proxy.url).origin);
  return {
    connection,
    timeouts: { ...defaultTimeouts, ...connection.timeouts },
    route(url, reach) {
      // Proxies tunnel https; plain http they forward themselves, and many refuse a tunnel for it.
      if (proxy && forwarder && url.protocol === 'http:') {
        return { dispatcher: forwarder, origin: new URL(proxy.url).origin, path: url.href, headers: { host: url.host, ...proxyHeaders(proxy) } };
      }
      return { dispatcher: agents[reach], origin: url.origin, path: `${url.pathname}${url.search}`, headers: {} };
    },
    closed: ending.signal,
    async close() {
      ending.abort(new Error('the connection was closed'));
      await Promise.all([agents.any.destroy(), agents.public.destroy(), forwarder?.destroy()]);
    },
  };
}

function openAgent(connection: Connection, reach: 'any' | 'public', closed: AbortSignal): Agent {
  const dial = createDial(connection, closed);
  return new Agent({
    allowH2: false,
    // The stall watchdog of reading.ts takes the place of undici's, which errs while the reader is slow.
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024,
    connect(options, callback) {
      const target = targetOf(new URL(`${options.protocol}//${options.host ?? options.hostname}`));
      dial(target, { reach, verify: true }).then(
        (socket) => callback(null, socket),
        async (error: unknown) => callback(await connectProblem(error, target, connection), null),
      );
    },
  });
}
