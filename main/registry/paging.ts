import { ProblemError } from '../../shared/errors.js';
import { isObject } from '../image/json.js';
import type { Answer } from './exchange.js';
import { nextLink } from './link.js';
import type { Call, RegistryClient } from './client.js';

export interface Page {
  readonly document: Record<string, unknown>;
  /** Where the next one is, at this registry. */
  readonly next?: string;
}

/** A registry that ignores `n` sends everything at once: a hundred thousand tags have some 10 MB. */
const maxPageBytes = 32 * 1024 * 1024;

/** Reads one page. */
export function readPage(client: RegistryClient, call: Omit<Call, 'method' | 'expect'>): Promise<Page> {
  const where = `${client.host}'s list`;
  return client.ask({ ...call, method: 'GET', headers: { accept: 'application/json', ...call.headers }, expect: [200] }, async (answer) => {
    const bytes = await client.read(answer, maxPageBytes, call.signal, () => answerInvalid(where, `it has more than ${maxPageBytes / 1024 / 1024} MiB`));
    const next = nextPath(answer, call.target);
    return { document: documentOf(bytes, where), ...(next !== undefined && { next }) };
  });
}

export function answerInvalid(where: string, why: string): ProblemError {
  return new ProblemError('answer-invalid', {
    message: `${where} cannot be read: ${why}.`,
    next: 'Try again; when it stays so, report it to whoever runs the registry.',
  });
}

/**
 * Path and query of `rel=next`, at the registry's own origin whatever the link says: proxies leave internal hosts and
 * `http:` in it, Nexus the path behind its connector. Parameters are not touched: some registries' are opaque.
 */
function nextPath(answer: Answer, asked: string | URL): string | undefined {
  const link = nextLink(answer.headers('link'));
  if (link === undefined || !URL.canParse(link, answer.url.href)) return undefined;
  const { pathname, search } = new URL(link, answer.url);
  const at = pathname.indexOf('/v2/');
  const path = at > 0 ? pathname.slice(at) : pathname;
  // Artifactory forgets the repository's prefix; the path that was asked is the right one.
  const own = new URL(asked, answer.url).pathname;
  return `${path === own || own.endsWith(path) ? own : path}${search}`;
}

function documentOf(bytes: Uint8Array, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw answerInvalid(where, 'it is not JSON');
  }
  if (!isObject(value)) throw answerInvalid(where, 'it is not a JSON object');
  return value;
}
