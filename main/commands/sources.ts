import type { Account } from '../../shared/account.js';
import { ProblemError } from '../../shared/errors.js';
import { hostPlace } from '../../shared/host-place.js';
import type { Registry } from '../registry/registry.js';
import { accountsIn } from '../transfers/accounts-in.js';
import type { Sources } from '../transfers/open-job.js';
import type { TransferRecord } from '../transfers/record.js';
import type { Context } from './context.js';
import { surroundingsOf } from '../transfers/surroundings.js';
import { findWorker } from '../workers.js';

/**
 * Where the request of a record leads, as its accounts and the options that it was begun with have it.
 * @throws ProblemError `account-unknown` where an account of it is not there any more, and what a connection can meet
 */
export async function sourcesOf(context: Context, { request, reach = {}, title }: Pick<TransferRecord, 'request' | 'reach' | 'title'>): Promise<Sources> {
  const { connectionFor } = await import('../accounts/connect.js');
  const accounts = await context.accounts();
  const listed = await accounts.list();
  const ends = (request ? accountsIn(request) : []).map((id) => ({ id, ...hostOf(id, listed, title) }));
  const registries = new Map<string, Registry>();
  for (const { id, host, account } of ends) {
    const connection = await connectionFor({ host }, {
      accounts: { find: () => Promise.resolve(account), secretOf: accounts.secretOf },
      ...reach,
      hosts: ends.map((end) => end.host),
      onNotice: (text) => context.output.notice(`warning: ${text}`),
    });
    registries.set(id, await context.open(connection));
  }
  return { library: await context.library(), surroundings: surroundingsOf(context.profile, findWorker('checksum')), connect: (id) => Promise.resolve(registries.get(id)!) };
}

function hostOf(id: string, accounts: readonly Account[], title: string): { readonly host: string; readonly account?: Account } {
  if (id.startsWith(hostPlace)) return { host: id.slice(hostPlace.length) };
  const account = accounts.find((each) => each.id === id);
  if (account) return { host: account.host, account };
  throw new ProblemError('account-unknown', {
    message: `The account that ${title} was moved with is not there any more.`,
    next: 'Start it anew with an account that is there.',
    command: 'Sign in with `longshore login HOST`, then run the command of this transfer again.',
  });
}
