import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface ProxyOptions {
  /** Who may pass; everybody when absent. */
  readonly user?: { readonly username: string; readonly password: string };
  /** Refuses every CONNECT with this status. */
  readonly refusal?: number;
  /** Where a tunnel to a host leads, `127.0.0.1:port`; a host without one is not reached. All lead where they say when absent. */
  readonly routes?: ReadonlyMap<string, string>;
}

/** A proxy on loopback: tunnels with CONNECT, forwards plain http. */
export interface FakeProxy {
  readonly url: string;
  /** `CONNECT host:port` or `GET http://…`, those that were let pass. */
  readonly log: string[];
  /** Bytes a second that each tunnel brings from now on. */
  slowTo(speed: number): void;
  close(): Promise<void>;
}

export async function startFakeProxy(options: ProxyOptions = {}): Promise<FakeProxy> {
  const log: string[] = [];
  const sockets = new Set<Socket>();
  const { user, refusal, routes } = options;
  let speed = Infinity;
  const expected = user && `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`;
  const mayPass = ({ headers }: IncomingMessage): boolean => expected === undefined || headers['proxy-authorization'] === expected;

  const server = createServer((message, response) => forward(message, response));
  const forward = (message: IncomingMessage, response: ServerResponse): void => {
    if (!mayPass(message)) return void response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
    log.push(`${message.method} ${message.url}`);
    const { 'proxy-authorization': _, ...headers } = message.headers;
    const onward = request(message.url ?? '', { method: message.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    message.pipe(onward);
  };
  server.on('connect', (message: IncomingMessage, client: Socket) => {
    client.on('error', () => {});
    if (!mayPass(message)) return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
    if (refusal !== undefined) return void client.end(`HTTP/1.1 ${refusal} Not Here\r\n\r\n`);
    log.push(`CONNECT ${message.url}`);
    const wanted = message.url ?? '';
    const place = routes ? routes.get(wanted.replace(/:\d+$/, '')) : wanted;
    if (place === undefined) return void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const [host = '', port = ''] = place.split(/:(?=\d+$)/);
    const onward = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(paced(() => speed)).pipe(client).pipe(onward);
    });
    sockets.add(onward);
    onward.on('error', () => client.destroy()).on('close', () => sockets.delete(onward));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    slowTo: (bytes) => (speed = bytes),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Lets pass what comes, no faster than the line is at that moment. */
function paced(speed: () => number): Transform {
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      const wait = (1000 * chunk.length) / speed();
      if (wait < 1) pass(null, chunk);
      else setTimeout(pass, wait, null, chunk);
    },
  });
}
