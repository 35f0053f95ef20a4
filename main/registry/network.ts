import type { Agent, Dispatcher, Pool } from 'undici';
import type { Connection, Timeouts } from './connection.js';
import { defaultTimeouts } from './connection.js';
import { createDial, targetOf } from './dial.js';
import { connectProblem } from './failures.js';
import { proxyHeaders } from './tunnel.js';
import type { Wire, WireEnd } from './wire/wire.js';

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
  route(url: URL, reach: 'any' | 'public'): Promise<Route>;
  /** Threads that move blobs. Absent where there are none, and behind a proxy, whose tunnels only undici's sockets take. */
  readonly wire?: WireEnd | undefined;
  /** Aborted by {@link close}; for requests that several callers share. */
  readonly closed: AbortSignal;
  /** Ends all sockets at once. */
  close(): Promise<void>;
}

interface Sockets {
  readonly any: Agent;
  readonly public: Agent;
  /** For plain http, where there is a proxy. */
  readonly forwarder?: Pool;
}

export function openNetwork(connection: Connection, wire?: Wire): Network {
  const ending = new AbortController();
  const { proxy } = connection;
  let opening: Promise<Sockets> | undefined;
  return {
    connection,
    timeouts: { ...defaultTimeouts, ...connection.timeouts },
    wire: proxy ? undefined : wire?.join(connection),
    async route(url, reach) {
      opening ??= openSockets(connection, ending.signal);
      const { forwarder, [reach]: dispatcher } = await opening;
      // Proxies tunnel https; plain http they forward themselves, and many refuse a tunnel for it.
      if (proxy && forwarder && url.protocol === 'http:') {
        return { dispatcher: forwarder, origin: new URL(proxy.url).origin, path: url.href, headers: { host: url.host, ...proxyHeaders(proxy) } };
      }
      return { dispatcher, origin: url.origin, path: `${url.pathname}${url.search}`, headers: {} };
    },
    closed: ending.signal,
    async close() {
      ending.abort(new Error('the connection was closed'));
      const sockets = await opening;
      await Promise.all([sockets?.any.destroy(), sockets?.public.destroy(), sockets?.forwarder?.destroy()]);
    },
  };
}

/** undici is loaded with the first request: it is the largest of all packages, and the window opens before it asks for anything. */
async function openSockets(connection: Connection, closed: AbortSignal): Promise<Sockets> {
  const { Agent, Pool } = await import('undici');
  const open = (reach: 'any' | 'public'): Agent => new Agent(agentOptions(connection, reach, closed));
  const { proxy } = connection;
  return { any: open('any'), public: open('public'), ...(proxy && { forwarder: new Pool(new URL(proxy.url).origin) }) };
}

/** HTTP/1.1 only: HTTP/2's flow control holds a single fast transfer to a window a round trip. */
function agentOptions(connection: Connection, reach: 'any' | 'public', closed: AbortSignal): Agent.Options {
  const dial = createDial(connection, closed);
  return {
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
  };
}
