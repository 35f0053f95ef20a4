import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server below HTTP, for what Node's own server would never do. */
export interface RawServer {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly sockets: readonly Socket[];
  close(): Promise<void>;
}

/** Starts a server of raw bytes on loopback. */
export async function startRawServer(serve: (socket: Socket) => void): Promise<RawServer> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => {}));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Calls back with the first line of each request as soon as its head is whole; hangs up on what is no HTTP, such as TLS. */
export function onRequest(socket: Socket, answer: (line: string, socket: Socket) => void): void {
  let head = '';
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString('latin1');
    if (!/^[A-Z]/.test(head)) return void socket.end();
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const line = head.slice(0, head.indexOf('\r\n'));
    // Requests of these tests have no body, or one that is not read.
    head = line.startsWith('GET') || line.startsWith('HEAD') || line.startsWith('POST') ? head.slice(end + 4) : '';
    answer(line, socket);
  });
}
