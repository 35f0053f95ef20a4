import { isProblem } from '../../shared/errors.js';
import type { Call, RegistryClient } from './client.js';
import { readPage, type Page } from './paging.js';

export interface Listing extends Omit<Call, 'method' | 'expect' | 'target'> {
  /** Path and query of the first page, with `n`. */
  readonly first: string;
  /** The member that holds the names. */
  readonly member: 'tags' | 'repositories';
  readonly accepts: (name: string) => boolean;
}

/** Registries filter pages by right and may send empty ones; more than this many is a fault. */
const maxPages = 10_000;
/** Harbor refuses to go on behind a name that was deleted meanwhile: the list begins again, a few times at most. */
const maxRestarts = 3;

/**
 * Lists names, each once, in the order of the registry. It follows `Link` and survives what is known to go wrong with it:
 * no link behind a full page, the same page for ever, `null` for nothing, refused page sizes, names deleted on the way.
 */
export async function* listNames(client: RegistryClient, listing: Listing): AsyncGenerator<string> {
  const seen = new Set<string>();
  let restarts = 0;
  let target: string | undefined = listing.first;
  let last: string | undefined;
  let probed: string | undefined;
  for (let pages = 0; target !== undefined && pages < maxPages; pages += 1) {
    let page: Page;
    try {
      page = await readPage(client, { ...listing, target });
    } catch (error) {
      const next = insteadOf(target, listing.first, error);
      if (probed !== undefined && target === behind(listing.first, probed) && isProblem(error, 'registry-refused', 'answer-invalid')) return;
      if (next === undefined || restarts === maxRestarts) throw error;
      restarts += 1;
      target = next;
      continue;
    }
    const names = namesOf(page.document[listing.member], listing.accepts);
    const fresh = names.filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    yield* new Set(fresh);
    last = fresh.at(-1) ?? last;
    const stuck = names.length > 0 && fresh.length === 0;
    const full = names.length >= sizeOf(target);
    if (page.next !== undefined && page.next !== target && !stuck) {
      target = page.next;
    } else if (last !== undefined && last !== probed && (full || page.next !== undefined)) {
      // A full page without a link, or a link that leads in a circle: one question for what comes behind the last name.
      probed = last;
      target = behind(listing.first, last);
    } else {
      target = undefined;
    }
  }
}

function namesOf(value: unknown, accepts: (name: string) => boolean): string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string' && accepts(name)) : [];
}

/** What to ask when a page is refused: the list without a size, or from its beginning. */
function insteadOf(target: string, first: string, error: unknown): string | undefined {
  if (!isProblem(error, 'registry-refused', 'answer-invalid')) return undefined;
  if (target === first) return first.includes('?') ? first.slice(0, first.indexOf('?')) : undefined;
  return first;
}

const sizeOf = (target: string): number => Number(new URLSearchParams(target.split('?')[1]).get('n') ?? Infinity);

const behind = (first: string, last: string): string => `${first}${first.includes('?') ? '&' : '?'}last=${encodeURIComponent(last)}`;
