import { readFile } from 'node:fs/promises';

/** One line of an access log. */
export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
}

const entry = /"([A-Z]+) (\S+) HTTP\/[0-9.]+" (\d{3}) /g;

/** @param accessLog in Apache's combined format */
export async function readAccessLog(accessLog: string): Promise<Request[]> {
  return [...(await readFile(accessLog, 'utf8')).matchAll(entry)].map(([, method = '', path = '', status]) => ({ method, path, status: Number(status) }));
}

/** Does it ask whether one may come in, and not for an image? */
export const isSignIn = ({ path }: Request): boolean => path === '/v2/' || /^\/(?:v2\/)?(?:auth\/)?token\b/.test(path);

/** The digests of the blobs that were sent to their end. */
export function sentBlobs(requests: readonly Request[]): string[] {
  return requests.filter(({ method, path, status }) => method === 'PUT' && status === 201 && path.includes('/blobs/uploads/')).map(({ path }) => new URL(path, 'http://registry').searchParams.get('digest') ?? '');
}

/**
 * Did just so many blobs go over the wire? A tool that remembers a repository with the same blobs has them mounted from there
 * and sends nothing, as skopeo does from its own cache: that is another work.
 * @param accessLog of a registry that had no other client, and has ended
 * @throws Error
 */
export async function wereSent(accessLog: string, wanted: number): Promise<void> {
  const { length } = sentBlobs(await readAccessLog(accessLog));
  if (length !== wanted) throw new Error(`The registry was sent ${length} blobs of ${wanted}: this run did other work than the rest.`);
}
