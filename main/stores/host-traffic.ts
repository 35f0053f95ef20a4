/** A large blob's connection counts two, a small one's one. */
const perConnection = 2;
/** Six are what containers/image and browsers use; links that limit each connection (40 MB/s are usual) gain from eight. */
const usualConnections = 8;
/** Fewer would stop what runs. */
const fewestConnections = 1;
/** Milliseconds over which the bytes are counted before another connection is tried, or given up. */
const lookInterval = 1_000;
/** What another connection must bring, else it only takes from the others. */
const wantedGain = 1.08;
/** Milliseconds in which a limit that was found stays. */
const restAfterTrial = 20_000;
const restAfterPressure = 10_000;

interface Parts {
  /** Has others served, since there is room. */
  grant(): void;
  /** Is somebody held up by this host's limit? */
  isWanted(): boolean;
}

/**
 * How many connections one host is given: as many as it serves well. It begins with what is usual, takes one more while
 * the bytes come faster for it, and halves when the host says that it is too much.
 */
export class HostTraffic {
  /** Units in use, {@link perConnection} for a large blob. */
  used = 0;
  readonly #most: number;
  readonly #parts: Parts;
  #limit: number;
  #bytes = 0;
  #looked = Date.now();
  #restUntil = 0;
  /** Bytes a second before the last connection was added. */
  #before: number | undefined;

  /** @param most connections that are polite there */
  constructor(most: number, parts: Parts) {
    this.#most = most * perConnection;
    this.#limit = Math.min(usualConnections, most) * perConnection;
    this.#parts = parts;
  }

  /** Connections for large blobs. */
  get limit(): number {
    return this.#limit / perConnection;
  }

  hasRoom(cost: number): boolean {
    // What is larger than all there is goes alone.
    return this.used + cost <= this.#limit || this.used === 0;
  }

  /** Bytes went to it or came from it. */
  moved(count: number): void {
    this.#bytes += count;
    const elapsed = Date.now() - this.#looked;
    if (elapsed >= lookInterval) this.#look((this.#bytes * 1000) / elapsed);
  }

  /** It refused, or broke off, because there was too much. */
  press(): void {
    this.#limit = Math.max(fewestConnections * perConnection, Math.floor(this.#limit / 2 / perConnection) * perConnection);
    this.#before = undefined;
    this.#restUntil = Date.now() + restAfterPressure;
  }

  #look(rate: number): void {
    const now = Date.now();
    this.#bytes = 0;
    this.#looked = now;
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined && rate < before * wantedGain) {
      this.#limit -= perConnection;
      this.#restUntil = now + restAfterTrial;
    }
    if (now < this.#restUntil || this.used < this.#limit || this.#limit >= this.#most || !this.#parts.isWanted()) return;
    this.#before = rate;
    this.#limit += perConnection;
    this.#parts.grant();
  }
}
