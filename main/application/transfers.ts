import type { Transfers } from '../transfers/transfers.js';
import type { Handlers } from './handlers.js';

export function transferHandlers({ transfers }: { readonly transfers: Transfers }): Handlers<'transfer.plan' | 'transfer.start' | 'transfer.pause' | 'transfer.cancel' | 'transfer.retry' | 'transfer.forget'> {
  return {
    'transfer.plan': (request, options) => transfers.plan(request, options),
    'transfer.start': async ({ plan }) => transfers.start(plan),
    'transfer.pause': ({ transfer }) => transfers.pause(transfer),
    'transfer.cancel': ({ transfer }) => transfers.cancel(transfer),
    'transfer.retry': ({ transfer }) => transfers.retry(transfer),
    'transfer.forget': ({ transfer }) => transfers.forget(transfer),
  };
}
