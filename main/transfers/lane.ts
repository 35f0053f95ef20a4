import type { TransferRequest } from '../../shared/contract/transfers.js';

/** Each account's transfers have a lane of their own: the far end is what they share. */
export function laneOf(request: TransferRequest): string {
  switch (request.kind) {
    case 'push':
    case 'copy':
      return request.to.account;
    case 'load':
      return request.to?.account ?? 'disk';
    case 'pull':
    case 'save': {
      const [first] = request.from;
      return typeof first === 'object' ? first.account : 'disk';
    }
  }
}
