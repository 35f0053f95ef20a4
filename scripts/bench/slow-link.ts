import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What lies between here and a registry far away. */
export interface SlowLink {
  /** Half of it each way; a connection's handshake takes one more. */
  readonly roundTripMilliseconds: number;
  /** Of each connection, each way. */
  readonly bytesPerSecond: number;
  /** Of all connections together, each way. */
  readonly totalBytesPerSecond: number;
}

export interface RunningLink {
  readonly port: number;
  close(): Promise<void>;
}

/** Beyond what is on its way there is room for this in the buffers of routers and hosts. */
const bufferBytes = 256 * 1024;
/** Timers know whole milliseconds: what is due within half of one is let out with the rest. */
const timerMilliseconds = 0.5;

/** What is put into it leaves at its rate, behind all that was put in before. Times are in milliseconds. */
export class Pipe {
  readonly #bytesPerMillisecond: number;
  #free: number;

  constructor(bytesPerSecond: number, free = 0) {
    this.#bytesPerMillisecond = bytesPerSecond / 1000;
    this.#free = free;
  }

  /** @returns when the last of these bytes has left, if they come now */
  take(bytes: number, now: number): number {
    this.#free = Math.max(this.#free, now) + bytes / this.#bytesPerMillisecond;
    return this.#free;
  }
}

/** Each connection to its port goes on to `host:port`, as if that were far away. TCP's slow start and losses are not played. */
export async function startSlowLink(target: string, link: SlowLink): Promise<RunningLink> {
  const [host = '', port = ''] = target.split(/:(?=\d+$)/);
  const up = new Pipe(link.totalBytesPerSecond);
  const down = new Pipe(link.totalBytesPerSecond);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      sockets.add(socket);
      socket.on('error', () => other.resetAndDestroy()).once('close', () => sockets.delete(socket));
    }
    // The kernel has shaken hands already: what is said first is held back for the time that takes.
    const opened = performance.now() + link.roundTripMilliseconds;
    carry(near, far, { link, own: new Pipe(link.bytesPerSecond, opened), all: up });
    carry(far, near, { link, own: new Pipe(link.bytesPerSecond), all: down });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Way {
  readonly link: SlowLink;
  readonly own: Pipe;
  readonly all: Pipe;
}

/** One direction of a connection: each piece, and at last its end, arrives in order and at its time. */
function carry(from: Socket, to: Socket, { link, own, all }: Way): void {
  const window = (link.bytesPerSecond * link.roundTripMilliseconds) / 1000 + bufferBytes;
  const queue: { readonly at: number; readonly bytes: Buffer | undefined }[] = [];
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  const arrive = (): void => {
    timer = undefined;
    const now = performance.now();
    while (queue.length > 0 && queue[0]!.at <= now + timerMilliseconds) {
      const { bytes } = queue.shift()!;
      if (!bytes) return void to.end();
      held -= bytes.length;
      if (held < window) from.resume();
      if (!to.write(bytes)) return void to.once('drain', arrive);
    }
    if (queue.length > 0) timer = setTimeout(arrive, queue[0]!.at - now);
  };
  const put = (bytes: Buffer | undefined): void => {
    const now = performance.now();
    const length = bytes?.length ?? 0;
    queue.push({ at: Math.max(own.take(length, now), all.take(length, now)) + link.roundTripMilliseconds / 2, bytes });
    held += length;
    if (held >= window) from.pause();
    if (queue.length === 1 && !to.writableNeedDrain) arrive();
  };
  from.on('data', put).once('end', () => put(undefined));
  to.once('close', () => clearTimeout(timer));
}
