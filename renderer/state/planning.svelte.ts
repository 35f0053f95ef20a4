import type { TransferPlan, TransferRequest, TransferState } from '../../shared/contract/transfers.js';
import type { Problem } from '../../shared/errors.js';
import { problemOf } from '../problem.js';
import type { Transfers } from './transfers.svelte.js';

/** Milliseconds of rest before a plan is made for what is being typed: each plan asks the target about every blob. */
const rest = 400;

/** The plan of a dialog's form: always of what was asked for last. */
export class Planning {
  plan: TransferPlan | undefined = $state.raw();
  problem: Problem | undefined = $state.raw();
  /** What stands in the way at the target; it stays shown once the person has agreed to replace it. */
  conflict: Problem | undefined = $state.raw();
  /** A plan is being made, or will be. */
  busy = $state(false);
  starting = $state(false);
  readonly #transfers: Transfers;
  #asked = '';
  #target = '';
  #planned = false;
  #edition = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(transfers: Transfers) {
    this.#transfers = transfers;
  }

  /** `undefined`: the form is not complete. The first whole one is planned at once, later ones after a rest. */
  propose(request: TransferRequest | undefined): void {
    const asked = JSON.stringify(request ?? null);
    if (asked === this.#asked) return;
    const wait = this.#planned ? rest : 0;
    this.#planned ||= request !== undefined;
    this.#asked = asked;
    if (withoutConsent(request) !== this.#target) this.conflict = undefined;
    this.#target = withoutConsent(request);
    this.#edition += 1;
    clearTimeout(this.#timer);
    this.busy = request !== undefined;
    if (request) this.#timer = setTimeout(() => void this.#make(request), wait);
    else this.#set(undefined, undefined);
  }

  /** Makes the plan anew: what is at the target may have changed. */
  again(request: TransferRequest): void {
    this.#edition += 1;
    clearTimeout(this.#timer);
    this.busy = true;
    void this.#make(request);
  }

  /** Starts just what was planned; `undefined` where that failed, and `problem` says why. */
  async start(): Promise<TransferState | undefined> {
    const { plan } = this;
    if (!plan || this.busy || this.starting) return undefined;
    this.starting = true;
    try {
      return await this.#transfers.start(plan);
    } catch (error) {
      this.#refuse(problemOf(error));
      return undefined;
    } finally {
      this.starting = false;
    }
  }

  stop(): void {
    this.#edition += 1;
    clearTimeout(this.#timer);
  }

  async #make(request: TransferRequest): Promise<void> {
    const edition = this.#edition;
    try {
      const plan = await this.#transfers.plan(request);
      if (edition === this.#edition) this.#set(plan, undefined);
    } catch (error) {
      if (edition === this.#edition) this.#refuse(problemOf(error));
    }
  }

  #refuse(problem: Problem): void {
    if (problem.code === 'tag-exists' || problem.code === 'target-exists') this.conflict = problem;
    this.#set(undefined, problem);
  }

  #set(plan: TransferPlan | undefined, problem: Problem | undefined): void {
    this.plan = plan;
    this.problem = problem;
    this.busy = false;
  }
}

/** What is asked for apart from the leave to replace what is there. */
function withoutConsent(request: TransferRequest | undefined): string {
  return JSON.stringify(request ?? null, (key, value: unknown) => (key === 'overwrite' || key === 'replace' ? undefined : value));
}
