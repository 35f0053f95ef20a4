import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { ProblemError } from '../../shared/errors.js';
import type { Library } from '../library/library.js';
import { answerWith, type AnswerOptions } from './answer.js';
import { Contents } from './contents.js';
import { listen, portOf, type ListenOptions } from './listen.js';
import { UploadSessions } from './upload-sessions.js';
import { authenticator, type User } from './users.js';

export type { ServedRequest } from './answer.js';

export interface ServeOptions {
  readonly library: Library;
  /** Default {@link defaultPort}; 0 takes any that is free. */
  readonly port?: number | undefined;
  /** Another address than this machine's own two; needs `tls` and `users`. */
  readonly listen?: string | undefined;
  /** May clients push and delete? */
  readonly push: boolean;
  /** Who may use the registry; nobody is asked when absent. */
  readonly users?: readonly User[] | undefined;
  readonly tls?: ListenOptions['tls'];
  /** Ends the server. */
  readonly signal: AbortSignal;
  readonly onRequest?: AnswerOptions['onRequest'];
}

export interface RunningRegistry {
  /** `http://localhost:5050`. */
  readonly url: string;
  /** As it stands in a reference: `localhost:5050`. */
  readonly host: string;
  /** Ends all connections; what was half uploaded can be gone on with for a day. */
  close(): Promise<void>;
}

/** Beside the 5000 that registries like and macOS holds for itself. */
export const defaultPort = 5050;
const loopbackAddresses = ['127.0.0.1', '::1'] as const;
const sweepMilliseconds = 60 * 60 * 1000;

/**
 * Serves the library as a registry (OCI distribution-spec 1.1) until the signal or `close`.
 * @throws ProblemError `usage-invalid`
 */
export async function serveLibrary(options: ServeOptions): Promise<RunningRegistry> {
  const { library, push, users, tls, port = defaultPort, signal, onRequest } = options;
  const address = options.listen === 'localhost' ? undefined : options.listen;
  const isPublic = address !== undefined && !isLoopbackAddress(address);
  if (isPublic && (!tls || !users?.length)) throw unprotected(address);

  const uploads = push ? await openSessions(library) : undefined;
  const rules = { loopbackOnly: !isPublic, authenticate: users && authenticator(users) };
  const listener = answerWith({ library, contents: new Contents(library), uploads }, { rules, onRequest });
  const servers = await listen(listener, { addresses: address === undefined ? loopbackAddresses : [address], port, tls });

  const sweeping = setInterval(() => void uploads?.sweep().catch(() => undefined), sweepMilliseconds).unref();
  const close = async (): Promise<void> => {
    clearInterval(sweeping);
    signal.removeEventListener('abort', onAbort);
    await Promise.all(servers.map(closeServer));
  };
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) await close();
  const host = `${shownAddress(address)}:${portOf(servers[0])}`;
  return { url: `${tls ? 'https' : 'http'}://${host}`, host, close };
}

async function openSessions(library: Library): Promise<UploadSessions> {
  const job = await library.openJob();
  const sessions = new UploadSessions(library, job.ingestFolder);
  await job.end(true);
  await sessions.sweep();
  return sessions;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

function shownAddress(address: string | undefined): string {
  if (address === undefined) return 'localhost';
  return isIPv6(address) ? `[${address}]` : address;
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^127(?:\.[0-9]{1,3}){3}$/.test(address);
}

function unprotected(address: string): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `Listening on ${address} opens the library to other machines.`,
    next: 'Give a certificate with its key (TLS) and at least one user, or serve this machine alone.',
    command: 'Give a certificate with its key (TLS) and at least one user, or leave --listen out to serve this machine alone.',
  });
}
