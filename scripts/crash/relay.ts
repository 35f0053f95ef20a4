import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A request that went through a relay, and the bytes of its body and of its answer's body so far. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** Which of the relay's connections carried it. */
  readonly connection: number;
  sent: number;
  received: number;
}

/** `asked` and `answered` are told with the first bytes of a request and of its answer, before these are handed on. */
export type RelayEvent = 'asked' | 'sent' | 'answered' | 'received';

export interface Relay {
  /** `127.0.0.1:PORT` for each target. */
  readonly hosts: readonly string[];
  /** All that went through, in order. */
  readonly exchanges: readonly Exchange[];
  /** The last exchange of each connection that stands. */
  open(): Exchange[];
  /** Told of each step before it is handed on. */
  onEvent: ((event: RelayEvent, exchange: Exchange) => void) | undefined;
  /** From now on not a byte goes through. */
  hold(): void;
  /** Breaks all connections, and takes new ones. */
  cut(): void;
  close(): Promise<void>;
}

const requestLine = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/;
const headEnd = '\r\n\r\n';

/**
 * Stands between a client and registries without TLS, hands every byte on and counts them. A request is known by its
 * first line, since no client sends the next one before it has the answer.
 * @param targets `127.0.0.1:PORT` of each
 * @param ownHost requests name the target as their host, not the relay: some registries answer to nothing else
 */
export async function startRelay(targets: readonly string[], { ownHost = false } = {}): Promise<Relay> {
  const exchanges: Exchange[] = [];
  const connections = new Map<Socket, Exchange | undefined>();
  let held = false;
  let count = 0;
  const tell = (event: RelayEvent, exchange: Exchange): void => relay.onEvent?.(event, exchange);

  const take = (target: string, client: Socket): void => {
    const [host, port] = target.split(':');
    const registry = connect(Number(port), host);
    const connection = (count += 1);
    let current: Exchange | undefined;
    let isAnswered = false;
    connections.set(client, undefined);
    client.on('data', (chunk) => {
      const head = requestLine.exec(chunk.subarray(0, 4096).toString('latin1'));
      if (head) {
        current = { method: head[1]!, path: head[2]!, connection, sent: 0, received: 0 };
        isAnswered = false;
        exchanges.push(current);
        connections.set(client, current);
        tell('asked', current);
      }
      add('sent', chunk, head !== null);
      pass(head && ownHost ? Buffer.from(chunk.toString('latin1').replace(/^host: .*$/im, `host: ${target}`), 'latin1') : chunk, client, registry);
    });
    registry.on('data', (chunk) => {
      const isHead = !isAnswered;
      isAnswered = true;
      if (current && isHead) tell('answered', current);
      add('received', chunk, isHead);
      pass(chunk, registry, client);
    });
    const add = (direction: 'sent' | 'received', chunk: Buffer, isHead: boolean): void => {
      if (!current || held) return;
      const body = isHead ? chunk.length - (chunk.indexOf(headEnd) + headEnd.length) : chunk.length;
      current[direction] += body;
      if (body > 0) tell(direction, current);
    };
    for (const [one, other] of [[client, registry], [registry, client]] as const) {
      one.on('error', () => undefined).once('close', () => {
        connections.delete(client);
        other.destroy();
      });
    }
  };
  const pass = (chunk: Buffer, from: Socket, to: Socket): void => {
    if (held || to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  const servers = targets.map((target) => createServer((client) => take(target, client)).listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const relay: Relay = {
    hosts: servers.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`),
    exchanges,
    onEvent: undefined,
    open: () => [...connections.values()].filter((exchange) => exchange !== undefined),
    hold: () => void (held = true),
    cut() {
      for (const client of connections.keys()) client.destroy();
      held = false;
    },
    async close() {
      relay.cut();
      await Promise.all(servers.map((server) => once(server.close(), 'close')));
    },
  };
  return relay;
}
