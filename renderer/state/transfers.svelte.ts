import type { TransferPlan, TransferRequest, TransferState } from '../../shared/contract/transfers.js';
import { isUnderway } from '../../shared/transfer-status.js';
import type { Bridge } from '../bridge.js';


/** Every transfer of this session and those that an earlier one left behind; the newest first. */
export class Transfers {
  rows: readonly TransferState[] = $state.raw([]);
  readonly running = $derived(this.rows.filter(isUnderway));
  /** Bytes a second, all together. */
  readonly speed = $derived(this.running.reduce((sum, { speed }) => sum + speed, 0));
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    bridge.on('transfer.changed', (changed) => this.#put(changed));
    bridge.on('transfer.forgotten', ({ transfer }) => (this.rows = this.rows.filter(({ id }) => id !== transfer)));
  }

  /** From a snapshot. */
  set(rows: readonly TransferState[]): void {
    this.rows = [...rows].sort((a, b) => b.started.localeCompare(a.started));
  }

  plan(request: TransferRequest): Promise<TransferPlan> {
    return this.#bridge.request('transfer.plan', request);
  }

  async start(plan: TransferPlan): Promise<TransferState> {
    return this.#put(await this.#bridge.request('transfer.start', { plan: plan.id }));
  }

  pause(id: string): Promise<void> {
    return this.#bridge.request('transfer.pause', { transfer: id });
  }

  cancel(id: string): Promise<void> {
    return this.#bridge.request('transfer.cancel', { transfer: id });
  }

  async retry(id: string): Promise<TransferState> {
    return this.#put(await this.#bridge.request('transfer.retry', { transfer: id }));
  }

  forget(id: string): Promise<void> {
    return this.#bridge.request('transfer.forget', { transfer: id });
  }

  #put(changed: TransferState): TransferState {
    const known = this.rows.some(({ id }) => id === changed.id);
    this.rows = known ? this.rows.map((row) => (row.id === changed.id ? changed : row)) : [changed, ...this.rows];
    return changed;
  }
}
