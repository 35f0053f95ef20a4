import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod/mini';
import { ProblemError } from '../../shared/errors.js';
import type { RepositoryName } from '../../shared/reference.js';
import { diskProblem } from '../disk/problems.js';
import type { Credentials } from '../registry/connection.js';

const entrySchema = z.object({
  auth: z.optional(z.string()),
  username: z.optional(z.string()),
  password: z.optional(z.string()),
  identitytoken: z.optional(z.string()),
});

const fileSchema = z.object({ auths: z.record(z.string(), entrySchema) });

type Entry = z.infer<typeof entrySchema>;

/** A configuration of Docker's with a hundred registries has 20 kB. */
const maxFileBytes = 1024 * 1024;
/** `chmod go=`: what nobody but the owner needs. */
const othersMayRead = 0o044;
/** Docker's marks for "the password is an identity token". */
const tokenUser = '<token>';

export interface CredentialFileOptions {
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * Looks a host up in a file in the form of Docker's `config.json` or Podman's `auth.json`:
 * `{"auths": {HOST: {"auth": base64 of user:password} | {"username", "password"} | {"identitytoken"}}}`.
 * The longest key that fits counts, as Podman has keys for single repositories.
 * @throws ProblemError `file-unknown`, `disk-denied`, `usage-invalid`; none shows a part of the content
 */
export async function readCredentialFile(path: string, target: Pick<RepositoryName, 'host'> & Partial<RepositoryName>, { onNotice }: CredentialFileOptions = {}): Promise<Credentials | undefined> {
  const text = await readBounded(path, onNotice);
  const name = [target.host.toLowerCase(), target.repository].filter(Boolean).join('/');
  const fitting = Object.entries(parse(text, path))
    .map(([key, entry]) => ({ key: normalise(key), entry }))
    .filter(({ key }) => name === key || name.startsWith(`${key}/`))
    .sort((a, b) => b.key.length - a.key.length);
  return fitting[0] && credentialsOf(fitting[0].entry, path, target.host);
}

async function readBounded(path: string, onNotice: CredentialFileOptions['onNotice']): Promise<string> {
  try {
    const { size, mode } = await stat(path);
    if (size > maxFileBytes) throw invalid(path, 'it is too large');
    if (process.platform !== 'win32' && (mode & othersMayRead) !== 0) onNotice?.(`Others can read ${path}, which has passwords in it: chmod 600 ends that.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw diskProblem(error, 'read', path);
  }
}

/** What JSON.parse and schemas say of a fault quotes the text around it, which may be a password: it goes nowhere. */
function parse(text: string, path: string): Record<string, Entry> {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw invalid(path, 'it is not JSON');
  }
  const { data } = fileSchema.safeParse(content);
  if (!data) throw invalid(path, 'it has no "auths" of the form {HOST: {"auth": …}}');
  return data.auths;
}

/** `https://index.docker.io/v1/` is how Docker writes `docker.io`; other URLs mean their host. */
function normalise(key: string): string {
  const host = /^https?:\/\/([^/]+)/i.exec(key)?.[1];
  const bare = (host ?? key).replace(/\/+$/, '').toLowerCase();
  return bare.replace(/^(?:index|registry-1)\.docker\.io(?=\/|$)/, 'docker.io');
}

function credentialsOf(entry: Entry, path: string, host: string): Credentials | undefined {
  if (entry.identitytoken) return { kind: 'token', token: entry.identitytoken };
  const { username, password } = entry.auth ? pairOf(entry.auth, path, host) : entry;
  if (!username || !password) return undefined;
  return username === tokenUser ? { kind: 'token', token: password } : { kind: 'password', username, password };
}

function pairOf(auth: string, path: string, host: string): { username: string; password: string } {
  // Docker has written padding of zero bytes after the password.
  const pair = Buffer.from(auth, 'base64').toString().replace(/\0+$/, '');
  const colon = pair.indexOf(':');
  if (colon < 1) throw invalid(path, `"auth" of ${host} is not base64 of user:password`);
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function invalid(path: string, why: string): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `The credential file ${path} cannot be used: ${why}.`,
    next: 'Write {"auths": {"HOST": {"username": "…", "password": "…"}}}, or let docker login or podman login write it.',
  });
}
