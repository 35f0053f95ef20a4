import type { AccountDraft, AccountRow, CheckReport, CheckStepRow, KeptAccount } from '../../shared/contract/accounts.js';
import type { Bridge } from '../bridge.js';

interface Secrets {
  readonly secret?: string;
  readonly proxyPassword?: string;
}

/** Liveries that tokens.css has. */
const liveries = 6;

export class Accounts {
  rows: readonly AccountRow[] = $state.raw([]);
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    bridge.on('accounts.changed', ({ accounts }) => (this.rows = accounts));
  }

  find(id: string): AccountRow | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** 1 to 6: accounts of one host wear one colour. */
  livery(row: Pick<AccountRow, 'host'>): number {
    const hosts = [...new Set(this.rows.map(({ host }) => host))];
    return (Math.max(0, hosts.indexOf(row.host)) % liveries) + 1;
  }

  /**
   * Tells each step as it is known, then the whole.
   * @param account whose stored secrets stand in for what is not typed
   */
  async check(draft: AccountDraft, secrets: Secrets, account: string | undefined, onStep: (step: CheckStepRow) => void): Promise<CheckReport> {
    const check = crypto.randomUUID();
    const stop = this.#bridge.on('accounts.step', (event) => {
      if (event.check === check) onStep(event.step);
    });
    try {
      return await this.#bridge.request('accounts.check', { check, draft, secrets, ...(account !== undefined && { account }) });
    } finally {
      stop();
    }
  }

  add(draft: AccountDraft, secrets: Secrets): Promise<KeptAccount> {
    return this.#bridge.request('accounts.add', { draft, secrets });
  }

  change(id: string, draft: AccountDraft, secrets: Secrets): Promise<KeptAccount> {
    return this.#bridge.request('accounts.change', { account: id, draft, secrets });
  }

  remove(id: string): Promise<{ readonly secretLeft?: string }> {
    return this.#bridge.request('accounts.remove', { account: id });
  }

  /** Pinned repositories stand in the list even where the registry lists none. */
  pin(account: string, repository: string, pinned: boolean): Promise<void> {
    return this.#bridge.request('repositories.pin', { account, repository, pinned });
  }

  async readCertificates(path: string): Promise<readonly string[]> {
    return (await this.#bridge.request('accounts.readCertificate', { path })).certificates;
  }
}
