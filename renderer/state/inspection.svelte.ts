import type { ArtifactDetails } from '../../shared/contract/artifact.js';
import type { Problem } from '../../shared/errors.js';
import type { Bridge } from '../bridge.js';
import { problemOf } from '../problem.js';
import type { Place } from './dialogs.svelte.js';

/** Answers that are kept, so that walking up and down a list asks for each image once. */
const mostKept = 50;

/** What is known of one artifact: of the one that was asked for last, whichever answer comes first. */
export class Inspection {
  details: ArtifactDetails | undefined = $state.raw();
  problem: Problem | undefined = $state.raw();
  busy = $state(false);
  place: Place | undefined = $state.raw();
  platform: string | undefined = $state.raw();
  readonly #bridge: Bridge;
  readonly #kept = new Map<string, ArtifactDetails>();
  #edition = 0;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** @param platform which image of an index; not given: the one for this machine, or else the first */
  async load(place: Place, platform?: string): Promise<void> {
    const edition = (this.#edition += 1);
    const key = JSON.stringify([place.account, place.repository, place.reference, platform]);
    const known = this.#kept.get(key);
    if (!samePlace(place, this.place)) this.details = undefined;
    this.place = place;
    this.platform = platform;
    this.problem = undefined;
    this.details = known ?? this.details;
    this.busy = known === undefined;
    if (known) return;
    try {
      const details = await this.#bridge.request('artifact.inspect', { ...place, ...(platform !== undefined && { platform }) });
      if (this.#kept.size >= mostKept) this.#kept.clear();
      this.#kept.set(key, details);
      if (edition === this.#edition) this.details = details;
    } catch (error) {
      if (edition === this.#edition) this.problem = problemOf(error);
    } finally {
      if (edition === this.#edition) this.busy = false;
    }
  }

  /** Asks the registry again. */
  async refresh(): Promise<void> {
    this.#kept.clear();
    if (this.place) await this.load(this.place, this.platform);
  }

  clear(): void {
    this.#edition += 1;
    this.place = undefined;
    this.details = undefined;
    this.problem = undefined;
    this.busy = false;
  }
}

function samePlace(a: Place, b: Place | undefined): boolean {
  return a.account === b?.account && a.repository === b.repository && a.reference === b.reference;
}
