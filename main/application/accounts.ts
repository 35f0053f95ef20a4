import type { Account } from '../../shared/account.js';
import type { AccountRow, KeptAccount } from '../../shared/contract/accounts.js';
import type { AccountConnectionOptions } from '../accounts/account-connection.js';
import type { SavedAccount } from '../accounts/accounts.js';
import { expiryOf } from '../accounts/expiry.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

export interface AccountParts extends Pick<Parts, 'accounts' | 'registries' | 'inventory' | 'events' | 'onNotice'> {
  readonly connecting?: AccountConnectionOptions | undefined;
}

export interface AccountDesk {
  readonly handlers: Handlers<'accounts.check' | 'accounts.add' | 'accounts.change' | 'accounts.remove' | 'accounts.readCertificate'>;
  list(): Promise<readonly AccountRow[]>;
  /** Tells the window where the accounts are others than it knows of, and lets go of what belonged to those that are gone. */
  follow(): Promise<void>;
}

export function openAccountDesk({ accounts, registries, inventory, events, onNotice, connecting }: AccountParts): AccountDesk {
  let told: readonly AccountRow[] | undefined;
  const list = async (): Promise<readonly AccountRow[]> => (await accounts.list()).map((account) => ({ ...account, expiry: expiryOf(account) }));
  const followNow = async (): Promise<void> => {
    const now = await list();
    const before = told ?? now;
    told = now;
    for (const old of before) {
      const current = now.find(({ id }) => id === old.id);
      if (current && isSamePerson(current, old)) continue;
      if (!current) await registries.remove(old.id);
      await inventory.forget(old.id);
    }
    if (JSON.stringify(before) !== JSON.stringify(now)) events.emit('accounts.changed', { accounts: now });
  };
  let turn: Promise<unknown> = Promise.resolve();
  /** One after another: whoever waits for it finds that everything was let go of and told, though the watched file was noticed first. */
  const follow = (): Promise<void> => {
    const mine = turn.then(followNow);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const kept = async ({ account, sessionOnly }: SavedAccount): Promise<KeptAccount> => {
    // Its record may be the same, and only a secret another.
    registries.renew(account.id);
    await follow();
    return {
      account: { ...account, expiry: expiryOf(account) },
      ...(sessionOnly && { sessionOnly: { message: sessionOnly.message, next: sessionOnly.next } }),
    };
  };

  return {
    list,
    follow,
    handlers: {
      async 'accounts.check'({ check, account, draft, secrets }, { signal }) {
        const { checkAccount } = await import('./check-account.js');
        return checkAccount(draft, { account, secrets, accounts, connecting, signal, onStep: (step) => events.emit('accounts.step', { check, step }) });
      },

      async 'accounts.add'({ draft, secrets }, { signal }) {
        await follow();
        const { signIn } = await import('../accounts/sign-in.js');
        return kept(await signIn(draft, secrets, { ...connecting, accounts, signal, onNotice }));
      },

      async 'accounts.change'({ account, draft, secrets }, { signal }) {
        await follow();
        const { changeAccount } = await import('../accounts/change-account.js');
        return kept(await changeAccount(account, draft, secrets, { ...connecting, accounts, signal, onNotice }));
      },

      async 'accounts.remove'({ account }) {
        await follow();
        const left = await accounts.remove(account);
        await follow();
        return left ? { secretLeft: left.message } : {};
      },

      async 'accounts.readCertificate'({ path }) {
        const { readCertificates } = await import('../accounts/pem.js');
        return { certificates: await readCertificates(path) };
      },
    },
  };
}

/** What was seen there is seen by the same user of the same registry still. */
function isSamePerson(one: Account, other: Account): boolean {
  return one.host === other.host && one.kind === other.kind && one.username === other.username;
}
