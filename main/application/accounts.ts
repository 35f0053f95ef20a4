import type { Account } from '../../shared/account.js';
import type { AccountRow, CheckReport, CheckStepRow, KeptAccount } from '../../shared/contract/accounts.js';
import type { ProblemCode } from '../../shared/errors.js';
import { accountConnection, type AccountConnectionOptions } from '../accounts/account-connection.js';
import type { SavedAccount } from '../accounts/accounts.js';
import { changeAccount, changedAccount, findStored } from '../accounts/change-account.js';
import { checkConnection, type CheckStep } from '../accounts/check-connection.js';
import { draftAccount } from '../accounts/draft-account.js';
import { expiryOf } from '../accounts/expiry.js';
import { knownSecrets } from '../accounts/known-secrets.js';
import { readCertificates } from '../accounts/pem.js';
import { signIn } from '../accounts/sign-in.js';
import type { Connection } from '../registry/connection.js';
import { inspectCertificate } from '../registry/inspect-certificate.js';
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
      async 'accounts.check'({ check, account: id, draft, secrets }, { signal }) {
        const stored = id === undefined ? undefined : await findStored(id, accounts);
        const tried = stored ? changedAccount(draft, stored.account) : draftAccount(draft);
        const connection = await accountConnection(tried, knownSecrets(tried, secrets, stored), connecting);
        const report: CheckStep[] = [];
        for await (const step of checkConnection(connection, signal)) {
          report.push(step);
          events.emit('accounts.step', { check, step: stepRow(step) });
        }
        return reportOf(report, connection);
      },

      async 'accounts.add'({ draft, secrets }, { signal }) {
        await follow();
        return kept(await signIn(draft, secrets, { ...connecting, accounts, signal, onNotice }));
      },

      async 'accounts.change'({ account, draft, secrets }, { signal }) {
        await follow();
        return kept(await changeAccount(account, draft, secrets, { ...connecting, accounts, signal, onNotice }));
      },

      async 'accounts.remove'({ account }) {
        await follow();
        const left = await accounts.remove(account);
        await follow();
        return left ? { secretLeft: left.message } : {};
      },

      'accounts.readCertificate': async ({ path }) => ({ certificates: await readCertificates(path) }),
    },
  };
}

/** What was seen there is seen by the same user of the same registry still. */
function isSamePerson(one: Account, other: Account): boolean {
  return one.host === other.host && one.kind === other.kind && one.username === other.username;
}

/** Faults that trusting the very certificate mends, once a person has compared its fingerprint. */
const mendedByTrust: readonly ProblemCode[] = ['certificate-untrusted', 'certificate-changed'];

async function reportOf(steps: readonly CheckStep[], connection: Connection): Promise<CheckReport> {
  const problems = steps.flatMap(({ problem }) => problem ?? []);
  const realm = problems.find((problem) => problem.realm !== undefined)?.realm;
  const untrusted = problems.some(({ code }) => mendedByTrust.includes(code)) ? await inspectCertificate(connection) : undefined;
  return { steps: steps.map(stepRow), healthy: steps.every(({ state }) => state !== 'failed'), ...(untrusted && { untrusted }), ...(realm !== undefined && { realm }) };
}

function stepRow({ name, state, message, next, problem }: CheckStep): CheckStepRow {
  return { name, state, message, ...(next !== undefined && { next }), ...(problem?.detail !== undefined && { detail: problem.detail }) };
}
