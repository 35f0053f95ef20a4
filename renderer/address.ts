import { isDigest } from '../shared/digest.js';
import { isRepository, isTag, parseReference } from '../shared/reference.js';

/** What the page shows. Its address is what back, forward, restore and deep links carry. */
export type Route =
  | { readonly page: 'home' | 'library' | 'transfers' | 'settings' | 'add-account' }
  | { readonly page: 'edit-account'; readonly account: string }
  | { readonly page: 'repositories'; readonly account: string }
  | { readonly page: 'tags'; readonly account: string; readonly repository: string }
  | { readonly page: 'artifact'; readonly account: string; readonly repository: string; readonly reference: string };

export type Page = Route['page'];

const plain: Readonly<Record<string, Route>> = {
  'home': { page: 'home' },
  'library': { page: 'library' },
  'transfers': { page: 'transfers' },
  'settings': { page: 'settings' },
  'accounts/add': { page: 'add-account' },
};

/** `home`, `accounts/<id>/team/app:1.0`, `accounts/<id>/team/app@sha256:…` */
export function printAddress(route: Route): string {
  switch (route.page) {
    case 'edit-account':
      return `accounts/edit/${route.account}`;
    case 'repositories':
      return `accounts/${route.account}`;
    case 'tags':
      return `accounts/${route.account}/${route.repository}`;
    case 'artifact':
      return `accounts/${route.account}/${route.repository}${isDigest(route.reference) ? '@' : ':'}${route.reference}`;
    case 'home':
    case 'library':
    case 'transfers':
    case 'settings':
    case 'add-account':
      return Object.keys(plain).find((address) => plain[address]?.page === route.page) ?? 'home';
  }
}

/** The route of an address that {@link printAddress} made; `undefined` for anything else. */
export function parseRoute(address: string): Route | undefined {
  if (Object.hasOwn(plain, address)) return plain[address];
  const edit = /^accounts\/edit\/([0-9a-f-]{36})$/.exec(address);
  if (edit?.[1] !== undefined) return { page: 'edit-account', account: edit[1] };
  const match = /^accounts\/([0-9a-f-]{36})(?:\/([^:@]+)(?:(?::([^@]+))|(?:@(.+)))?)?$/.exec(address);
  if (!match) return undefined;
  const [, account = '', repository, tag, digest] = match;
  if (repository === undefined) return { page: 'repositories', account };
  if (!isRepository(repository)) return undefined;
  const reference = digest ?? tag;
  if (reference === undefined) return { page: 'tags', account, repository };
  return isTag(reference) || isDigest(reference) ? { page: 'artifact', account, repository, reference } : undefined;
}

interface AccountPlace {
  readonly id: string;
  readonly host: string;
}

/** Options of the pull commands that people paste; what follows them is the reference. */
const pullCommand = /^(?:sudo\s+)?(?:docker|podman|nerdctl|ctr|crane|skopeo)\s.*\s(\S+)$/;

/**
 * What somebody typed or pasted: an address, a reference, a host, a pull command. An account of that host is taken, the
 * preferred one if it is at that host.
 */
export function findRoute(text: string, accounts: readonly AccountPlace[], preferred?: string): Route | undefined {
  const typed = text.trim();
  const known = parseRoute(typed);
  if (known) return known;
  const wanted = (pullCommand.exec(typed)?.[1] ?? typed).replace(/^["']|["']$/g, '');
  const accountOf = (host: string): string | undefined => {
    const there = accounts.filter((account) => account.host === host);
    return (there.find(({ id }) => id === preferred) ?? there[0])?.id;
  };
  const host = accountOf(wanted.replace(/^https?:\/\//, '').replace(/\/$/, ''));
  if (host !== undefined) return { page: 'repositories', account: host };
  try {
    const reference = parseReference(wanted);
    const account = accountOf(reference.host);
    if (account === undefined) return undefined;
    const named = reference.digest !== undefined || /:[^/]+$/.test(wanted);
    const { repository } = reference;
    return named ? { page: 'artifact', account, repository, reference: reference.digest ?? reference.tag ?? 'latest' } : { page: 'tags', account, repository };
  } catch {
    return undefined;
  }
}
