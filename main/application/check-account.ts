import type { CheckReport, CheckStepRow } from '../../shared/contract/accounts.js';
import type { ProblemCode } from '../../shared/errors.js';
import { accountConnection, type AccountConnectionOptions } from '../accounts/account-connection.js';
import type { AccountDraft, Accounts, Secrets } from '../accounts/accounts.js';
import { changedAccount, findStored } from '../accounts/change-account.js';
import { checkConnection, type CheckStep } from '../accounts/check-connection.js';
import { draftAccount } from '../accounts/draft-account.js';
import { knownSecrets } from '../accounts/known-secrets.js';
import type { Connection } from '../registry/connection.js';
import { inspectCertificate } from '../registry/inspect-certificate.js';
import type { CallOptions } from '../stores/store.js';

export interface CheckAccountOptions extends CallOptions {
  /** The one that the draft is to change; its secrets count where none were typed. */
  readonly account?: string | undefined;
  readonly secrets: Secrets;
  readonly accounts: Accounts;
  readonly connecting?: AccountConnectionOptions | undefined;
  readonly onStep: (step: CheckStepRow) => void;
}

/** *Check connection*: tries what the draft says, and keeps nothing. @throws ProblemError `account-unknown`, `usage-invalid`, `certificate-unreadable` */
export async function checkAccount(draft: AccountDraft, { account, secrets, accounts, connecting, signal, onStep }: CheckAccountOptions): Promise<CheckReport> {
  const stored = account === undefined ? undefined : await findStored(account, accounts);
  const tried = stored ? changedAccount(draft, stored.account) : draftAccount(draft);
  const connection = await accountConnection(tried, knownSecrets(tried, secrets, stored), connecting);
  const steps: CheckStep[] = [];
  for await (const step of checkConnection(connection, signal)) {
    steps.push(step);
    onStep(stepRow(step));
  }
  return reportOf(steps, connection);
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
