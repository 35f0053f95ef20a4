import { once } from 'node:events';
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Fault, Recorded, Reply } from './reply.js';
import { reply } from './reply.js';
import { digestOf, Storage } from './storage.js';
import { Gate, type SignIn } from './tokens.js';

export interface FakeOptions {
  /** PEM. With it the registry speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string; readonly requestCert?: boolean };
  readonly signIn?: SignIn;
  /** False: a registry before OCI 1.1. */
  readonly referrers?: boolean;
  readonly deletes?: boolean;
  /** A registry with a different behaviour at some place: answers first, where it wants to. */
  readonly quirk?: (request: Recorded) => Reply | undefined;
  readonly faults?: Fault[];
}

export interface FakeImage {
  readonly digest: string;
  readonly manifest: Buffer;
  readonly mediaType: string;
  readonly config: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly layers: readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[];
}

/** A registry in this process, over real HTTP on loopback, that goes wrong as told. */
export interface FakeRegistry {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly origin: string;
  readonly requests: Recorded[];
  /** The first that matches a request happens to it. */
  readonly faults: Fault[];
  readonly storage: Storage;
  /** Open connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Paths of the answers under way: neither sent to their end nor cut. */
  readonly answering: readonly string[];
  /** Puts an image there without a request. */
  putImage(repository: string, tag: string, layers?: readonly Buffer[]): FakeImage;
  putBlob(repository: string, bytes: Buffer): string;
  revokeTokens(): void;
  close(): Promise<void>;
}

export async function startFakeRegistry(options: FakeOptions = {}): Promise<FakeRegistry> {
  const storage = new Storage({ referrers: options.referrers ?? true, deletes: options.deletes ?? true });
  const requests: Recorded[] = [];
  const faults: Fault[] = [...(options.faults ?? [])];
  const sockets = new Set<Socket>();
  const answers = new Set<ServerResponse>();
  const gate = options.signIn && new Gate(options.signIn, () => origin);
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    answers.add(response);
    response.once('close', () => answers.delete(response));
    serve(message, response).catch(() => message.destroy());
  };
  const server: Server = options.tls ? createSecure(options.tls, listener) : createPlain(listener);
  // On a busy machine a test may pause for longer than the five seconds after which Node hangs up.
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
  });

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const head = { method: message.method ?? '', path: message.url ?? '', headers: message.headers as Recorded['headers'] };
    const fault = take(faults, head);
    if (fault?.early) {
      requests.push({ ...head, body: Buffer.alloc(0) });
      return fault.silence ? undefined : send({ ...reply(500), ...fault.reply }, head.method, response);
    }
    if (fault?.drop === 'before') {
      requests.push({ ...head, body: Buffer.alloc(0) });
      return void message.socket.destroy();
    }
    const request = { ...head, body: await buffer(message) };
    requests.push(request);
    if (fault?.silence) return;
    if (fault?.reply) return send({ ...reply(500), ...fault.reply }, head.method, response);
    const answer = options.quirk?.(request) ?? gate?.check(request) ?? storage.handle(request);
    if (fault?.drop === 'after') return void message.socket.destroy();
    await fault?.hold;
    if (fault?.interim) response.writeContinue();
    send({ ...answer, ...fault?.change?.(answer, request) }, head.method, response);
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `${options.tls ? 'https' : 'http'}://${host}`;
  return {
    host,
    origin,
    requests,
    faults,
    storage,
    sockets,
    get answering() {
      return [...answers].map(({ req }) => req.url ?? '');
    },
    putImage: (repository, tag, layers = [Buffer.from(`layer of ${repository}:${tag}`)]) => putImage(storage, repository, tag, layers),
    putBlob: (repository, bytes) => putBlob(storage, repository, bytes),
    revokeTokens: () => gate?.revoke(),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function take(faults: Fault[], { method, path }: Pick<Recorded, 'method' | 'path'>): Fault | undefined {
  const matches = (fault: Fault): boolean =>
    (fault.times ?? 1) > 0 &&
    (fault.method === undefined || fault.method === method) &&
    (fault.path === undefined || (typeof fault.path === 'string' ? path.includes(fault.path) : fault.path.test(path)));
  const fault = faults.find(matches);
  if (fault) fault.times = (fault.times ?? 1) - 1;
  return fault;
}

function send(answer: Reply, method: string, response: ServerResponse): void {
  const { status, headers, body, chunked, unframed, cutAfter, stallAfter } = answer;
  const length = chunked || unframed || status === 204 ? {} : { 'content-length': String(body.length) };
  if (unframed) response.useChunkedEncodingByDefault = response.shouldKeepAlive = false;
  response.writeHead(status, { 'docker-distribution-api-version': 'registry/2.0', ...length, ...headers });
  if (method === 'HEAD') return void response.end();
  const part = cutAfter ?? stallAfter;
  if (part === undefined) return void response.end(body);
  response.flushHeaders();
  response.write(body.subarray(0, part), () => {
    if (cutAfter !== undefined) response.destroy();
  });
}

function putBlob(storage: Storage, repository: string, bytes: Buffer): string {
  const digest = digestOf(bytes);
  storage.repository(repository).blobs.set(digest, bytes);
  return digest;
}

function putImage(storage: Storage, repository: string, tag: string, contents: readonly Buffer[]): FakeImage {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: contents.map((bytes) => digestOf(bytes)) } }));
  const descriptor = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: putBlob(storage, repository, bytes), size: bytes.length });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const image = {
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: contents.map((bytes) => descriptor('application/vnd.oci.image.layer.v1.tar', bytes)),
  };
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...image }));
  const digest = digestOf(manifest);
  storage.repository(repository).manifests.set(digest, { type: mediaType, bytes: manifest });
  storage.repository(repository).tags.set(tag, digest);
  return { digest, manifest, mediaType, ...image };
}
