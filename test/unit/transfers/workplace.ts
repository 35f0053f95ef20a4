import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { openLibrary, type Library } from '../../../main/library/library.js';
import { openRegistry, type Registry } from '../../../main/registry/registry.js';
import { surroundingsOf } from '../../../main/transfers/surroundings.js';
import { openTransfers, type Transfers } from '../../../main/transfers/transfers.js';
import type { TransferRequest, TransferState } from '../../../shared/contract/transfers.js';
import { ProblemError } from '../../../shared/errors.js';
import { isUnderway } from '../../../shared/transfer-status.js';
import { startFakeRegistry, type FakeRegistry } from '../../fake/registry.js';
import { connectionTo } from '../registry/connect.js';

export const { signal } = new AbortController();

/** Two accounts, each at a registry of its own. */
export const nearAccount = '00000000-0000-4000-8000-00000000000a';
export const farAccount = '00000000-0000-4000-8000-00000000000b';

/** A profile in a folder, two registries, and the transfers between them. */
export class Workplace {
  folder = '';
  near!: FakeRegistry;
  far!: FakeRegistry;
  library!: Library;
  transfers!: Transfers;
  /** Every state that was told, in order. */
  readonly told: TransferState[] = [];
  readonly forgotten: string[] = [];
  readonly #registries = new Set<Registry>();
  readonly #waiting = new Set<() => void>();

  get journalFolder(): string {
    return join(this.folder, 'transfers');
  }

  async open(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'longshore-transfers-'));
    [this.near, this.far] = await Promise.all([startFakeRegistry(), startFakeRegistry()]);
    this.library = await openLibrary(join(this.folder, 'library'));
    this.transfers = await this.#open();
  }

  /** As after a new start of the application. */
  async reopen(): Promise<void> {
    await this.transfers.close();
    this.transfers = await this.#open();
  }

  #open(): Promise<Transfers> {
    const hosts: Readonly<Record<string, string>> = { [nearAccount]: this.near.host, [farAccount]: this.far.host };
    const connected = new Map<string, Registry>();
    return openTransfers({
      folder: this.journalFolder,
      surroundings: surroundingsOf({ spoolFolder: join(this.folder, 'spool'), layersFile: join(this.folder, 'layers') }),
      library: this.library,
      connect: async (account) => {
        const host = hosts[account];
        if (host === undefined) throw new ProblemError('account-unknown', { message: 'No such account.', next: 'Add it.' });
        // As in the application: each account is connected once.
        const registry = connected.get(account) ?? openRegistry(connectionTo(host));
        connected.set(account, registry);
        this.#registries.add(registry);
        return registry;
      },
      onChange: (state) => {
        this.told.push(state);
        for (const wake of this.#waiting) wake();
      },
      onForget: (transfer) => this.forgotten.push(transfer),
    });
  }

  async close(): Promise<void> {
    await this.transfers.close();
    for (const registry of this.#registries) await registry.close();
    await Promise.all([this.near.close(), this.far.close()]);
    await rm(this.folder, { recursive: true });
  }

  stateOf(id: string): TransferState {
    return this.transfers.list().find((state) => state.id === id)!;
  }

  /** Resolves with what was told of a transfer as soon as it fits. */
  toldOf(id: string, fits: (state: TransferState) => boolean): Promise<TransferState> {
    return new Promise((resolve) => {
      const check = (): void => {
        const state = this.told.findLast((each) => each.id === id);
        if (!state || !fits(state)) return;
        this.#waiting.delete(check);
        resolve(state);
      };
      this.#waiting.add(check);
      check();
    });
  }

  ended(id: string): Promise<TransferState> {
    return this.toldOf(id, (state) => !isUnderway(state));
  }

  /** Plans, starts and waits for the end. */
  async carryOut(request: TransferRequest): Promise<TransferState> {
    return this.ended((await this.start(request)).id);
  }

  async start(request: TransferRequest): Promise<TransferState> {
    const { id } = await this.transfers.plan(request, { signal });
    return this.transfers.start(id);
  }
}

/** A workplace for each test of the file. */
export function useWorkplace(): { current: Workplace } {
  const place = { current: new Workplace() };
  beforeEach(async () => {
    place.current = new Workplace();
    await place.current.open();
  });
  afterEach(() => place.current.close());
  return place;
}

export const pullOf = (repository: string, reference: string, account = nearAccount): TransferRequest => ({ kind: 'pull', from: [{ account, repository, reference }], platform: 'all' });
