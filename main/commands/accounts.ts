import type { Account } from '../../shared/account.js';
import { expiryOf } from '../accounts/expiry.js';
import { table } from './output.js';
import { defineVerb } from './verb.js';

export const accounts = defineVerb({
  name: 'accounts',
  summary: 'List the accounts and when they expire, without asking the keychain',
  example: 'longshore accounts',
  async run(context) {
    const list = await (await context.accounts()).list();
    const rows = list.map((account) => ({ ...described(account), state: expiryOf(account) }));
    context.output.result({ accounts: rows }, () =>
      rows.length === 0 ? ['No accounts yet: longshore login HOST'] : table(rows.map(({ name, host, kind, username, expires, state }) => [name, host, username ?? kind, expiryText(expires?.at, state)])),
    );
  },
});

/** What is shown of an account everywhere: nothing that is long or inward. */
export function described({ name, host, kind, username, plainHttp, pinned, expires }: Account): Pick<Account, 'name' | 'host' | 'kind' | 'username' | 'plainHttp' | 'pinned' | 'expires'> {
  return { name, host, kind, plainHttp, ...(username !== undefined && { username }), ...(pinned !== undefined && { pinned }), ...(expires && { expires }) };
}

function expiryText(at: string | undefined, state: ReturnType<typeof expiryOf>): string {
  if (at === undefined) return 'expiry not known';
  const day = at.slice(0, 10);
  if (state === 'expired') return `EXPIRED ${day}`;
  return state === 'soon' ? `expires soon, ${day}` : `expires ${day}`;
}
