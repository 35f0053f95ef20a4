import { readFile } from 'node:fs/promises';
import { isLoopback } from '../../shared/address.js';
import { ProblemError } from '../../shared/errors.js';
import { printable } from '../../shared/format.js';
import { formatReference } from '../../shared/reference.js';
import { diskProblem } from '../disk/problems.js';
import type { LibraryEntry } from '../library/library.js';
import type { ListenOptions } from '../serve/listen.js';
import { servedName } from '../../shared/served-name.js';
import { defaultPort, serveLibrary, type ServedRequest } from '../serve/serve.js';
import { hashPassword, type User } from '../serve/users.js';
import type { Context } from './context.js';
import { readPassword } from './read-password.js';
import { defineVerb } from './verb.js';

interface ServeOptions {
  readonly port: string;
  readonly push?: boolean;
  readonly user?: string;
  readonly passwordStdin?: boolean;
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export const serve = defineVerb<ServeOptions>({
  name: 'serve',
  summary: 'Serve the library as a registry on this machine',
  options: [
    { flags: '--port <number>', description: 'the port; 0 takes any that is free', fallback: String(defaultPort) },
    { flags: '--push', description: 'let clients push and delete too' },
    { flags: '--user <name>', description: 'let in only this user' },
    { flags: '--password-stdin', description: 'read the password of the user from standard input' },
    { flags: '--listen <address>', description: 'open the library to other machines; needs TLS and --user' },
    { flags: '--tls-cert <file>', description: 'the certificate with its chain, PEM' },
    { flags: '--tls-key <file>', description: 'the key of the certificate, PEM' },
  ],
  example: 'longshore serve --port 5050 --push',
  remarks: 'Runs until Ctrl-C. With --json it prints one line of JSON as soon as it listens.',
  async run(context, _, options) {
    const { output, signal } = context;
    const port = parsePort(options.port);
    const tls = await readTls(options);
    const users = await readUsers(context, options);
    const library = await context.library();
    if (options.listen !== undefined && !isLoopback(options.listen.includes(':') ? `[${options.listen}]` : options.listen)) {
      output.notice(`warning: ${options.listen} can be reached from other machines; only the password keeps the library.`);
    }
    const onRequest = (request: ServedRequest): void => output.notice(requestLine(request));
    const push = options.push === true;
    const registry = await serveLibrary({ library, port, listen: options.listen, push, users, tls, signal, onRequest });
    const images = (await library.entries()).map((entry) => servedReference(registry.host, entry));
    if (output.json) output.bytes(Buffer.from(`${JSON.stringify({ url: registry.url, push, images })}\n`));
    else output.result({}, () => [`Serving the library on ${registry.url}${push ? ', open to pushes' : ''}. Ctrl-C ends it.`, ...images.map((image) => `  docker pull ${image}`)]);
    await aborted(signal);
    await registry.close();
  },
});

function usage(message: string, next: string): ProblemError {
  return new ProblemError('usage-invalid', { message, next });
}

function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port <= 65_535) return port;
  throw usage(`${JSON.stringify(text)} is not a port.`, 'Give a number from 0 to 65535.');
}

async function readTls({ tlsCert, tlsKey }: ServeOptions): Promise<ListenOptions['tls']> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) throw usage('TLS needs a certificate and its key.', 'Give both --tls-cert and --tls-key.');
  const [certificate, key] = await Promise.all([tlsCert, tlsKey].map(readText));
  return { certificate: certificate!, key: key! };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw diskProblem(error, 'read', path);
  }
}

async function readUsers(context: Context, { user, passwordStdin = false }: ServeOptions): Promise<User[] | undefined> {
  if (user === undefined && !passwordStdin) return undefined;
  if (user === undefined) throw usage('A password needs a user.', 'Add --user NAME.');
  return [{ name: user, hash: await hashPassword(await readPassword(context, { passwordStdin })) }];
}

/** The name under which other tools pull an entry from here. */
function servedReference(host: string, { reference }: LibraryEntry): string {
  return formatReference({ ...reference, host, repository: servedName(reference) });
}

function requestLine({ method, path, status, milliseconds, error }: ServedRequest): string {
  const reason = error instanceof Error ? `  ${printable(error.message)}` : '';
  return `${method} ${printable(path)}  ${status}  ${Math.round(milliseconds)} ms${reason}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
