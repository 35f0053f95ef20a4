import type { TransferRequest } from '../../shared/contract/transfers.js';

/** The accounts that a request needs, each once, as it names them. */
export function accountsIn(request: TransferRequest): readonly string[] {
  return [...new Set(endsOf(request).map(({ account }) => account))];
}

function endsOf(request: TransferRequest): readonly { readonly account: string }[] {
  switch (request.kind) {
    case 'pull':
    case 'save':
      return request.from.filter((each) => typeof each === 'object');
    case 'load':
      return request.to ? [request.to] : [];
    case 'push':
      return [request.to];
    case 'copy':
      return [request.from, request.to];
  }
}
