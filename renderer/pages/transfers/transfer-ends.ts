import type { TransferRequest } from '../../../shared/contract/transfers.js';
import { hostPlace } from '../../../shared/host-place.js';

/** Where a transfer comes from or goes to. */
export type TransferEnd =
  | { readonly kind: 'account'; readonly account: string; readonly repository: string }
  | { readonly kind: 'library' }
  | { readonly kind: 'file'; readonly path: string };

export interface TransferEnds {
  readonly from: TransferEnd;
  readonly to: TransferEnd;
}

type Place = { readonly account: string; readonly repository: string };

const library: TransferEnd = { kind: 'library' };
const atAccount = (place: Place | undefined): TransferEnd => (place ? { kind: 'account', account: place.account, repository: place.repository } : library);

export function transferEnds(request: TransferRequest): TransferEnds {
  switch (request.kind) {
    case 'pull':
      return { from: atAccount(request.from[0]), to: library };
    case 'save': {
      const [first] = request.from;
      return { from: typeof first === 'string' ? library : atAccount(first), to: { kind: 'file', path: request.path } };
    }
    case 'load':
      return { from: { kind: 'file', path: request.path }, to: atAccount(request.to) };
    case 'push':
      return { from: library, to: atAccount(request.to) };
    case 'copy':
      return { from: atAccount(request.from), to: atAccount(request.to) };
  }
}

/** The host that the command line reached without an account. */
export const hostOf = (account: string): string | undefined => (account.startsWith(hostPlace) ? account.slice(hostPlace.length) : undefined);

/** The accounts that a transfer has to do with. */
export function accountsOf(request: TransferRequest): readonly string[] {
  const { from, to } = transferEnds(request);
  return [from, to].flatMap((end) => (end.kind === 'account' ? end.account : []));
}

/** The last part of a path of either kind of system. */
export function fileName(path: string): string {
  return path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '') || path;
}
