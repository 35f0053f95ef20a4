import { setMaxListeners } from 'node:events';
import { hasGaps, type Span } from '../disk/written-parts.js';
import type { Landing, LandOptions } from '../stores/landing.js';
import { withRetry } from '../stores/retry.js';
import { takeSpare } from '../stores/traffic.js';
import { receivePiece, type Piece, type PieceTarget } from './receive-piece.js';

/** Each part costs the round trips of a request: smaller ones cost more of these than another connection wins. */
const smallestPart = 8 * 1024 * 1024;
/** What a broken connection, or a killed program, may have to fetch again. */
const largestPart = 64 * 1024 * 1024;
/** Parts for each connection, so that all of them end at about the same time. */
const rounds = 3;

/**
 * One blob's way down. It begins with one request for all that is missing; when the host has connections to spare, what
 * lies ahead of it is divided among them, part by part from the front, so that the digest can follow.
 */
export class Download {
  readonly #target: PieceTarget;
  readonly #landing: Landing;
  readonly #options: LandOptions;
  readonly #failed = new AbortController();
  /** Nothing is left to hand out. */
  readonly #enough = new AbortController();
  readonly #signal: AbortSignal;
  /** What nobody fetches, in order. */
  readonly #gaps: Span[];
  readonly #helping: Promise<void>[] = [];
  #leader: Piece | undefined;
  #isDivided: boolean;

  constructor(target: PieceTarget, landing: Landing, options: LandOptions) {
    this.#target = target;
    this.#landing = landing;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
    setMaxListeners(0, this.#signal);
    // An earlier try left gaps: what is not noted would be lost with this one.
    this.#isDivided = hasGaps(landing.written);
    this.#gaps = gapsOf(landing.written, target.descriptor.size);
  }

  /** @throws ProblemError of the first part that failed */
  async run(): Promise<void> {
    try {
      await this.#lead();
    } catch (error) {
      this.#failed.abort(error);
    }
    this.#enough.abort();
    await Promise.allSettled(this.#helping);
    this.#options.signal.throwIfAborted();
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
  }

  async #lead(): Promise<void> {
    let recruit: (() => void) | undefined = () => void this.#helping.push(this.#recruit());
    for (let gap = this.#take(this.#isDivided ? this.#partBytes() : Infinity); gap; gap = this.#take(this.#isDivided ? this.#partBytes() : Infinity)) {
      const piece: Piece = { at: gap.from, to: gap.to };
      this.#leader = piece;
      await this.#fetch(piece, gap.from, () => {
        recruit?.();
        recruit = undefined;
      });
    }
  }

  /** Has one part after another fetched over connections that nobody else wants. */
  async #recruit(): Promise<void> {
    const signal = AbortSignal.any([this.#signal, this.#enough.signal]);
    const { client, descriptor } = this.#target;
    try {
      while (this.#isWorthDividing()) {
        const end = await takeSpare(client.traffic, { size: descriptor.size, job: this.#options.job, signal });
        const part = await this.#nextPart();
        if (!part) return end();
        const piece = { at: part.from, to: part.to };
        this.#helping.push(this.#fetch(piece, part.from).catch((error: unknown) => this.#failed.abort(error)).finally(end));
      }
    } catch (error) {
      if (!signal.aborted) this.#failed.abort(error);
    }
  }

  async #fetch(piece: Piece, from: number, onParts?: () => void): Promise<void> {
    const { retry: policy, onRetry, onBytes } = this.#options;
    const signal = this.#signal;
    await withRetry(() => receivePiece(this.#target, piece, { signal, onBytes, onParts }), { signal, policy, onRetry, progress: () => piece.at });
    if (this.#isDivided) await this.#landing.note({ from, to: piece.to });
  }

  async #nextPart(): Promise<Span | undefined> {
    if (this.#gaps.length === 0) await this.#divide();
    return this.#take(this.#partBytes());
  }

  /** Ends the leader's answer nearer, and gives what was behind that to others. */
  async #divide(): Promise<void> {
    const leader = this.#leader;
    if (!leader?.answer || leader.to - leader.at < 2 * smallestPart) return;
    if (!this.#isDivided) {
      // From here on the file's length does not tell what it holds.
      this.#isDivided = true;
      for (const span of [...this.#landing.written, { from: this.#startOf(leader), to: leader.at }]) if (span.from < span.to) await this.#landing.note(span);
    }
    const end = await leader.answer?.limit(this.#partBytes());
    if (!end || end >= leader.to) return;
    this.#gaps.push({ from: end, to: leader.to });
    leader.to = end;
  }

  #startOf({ at }: Piece): number {
    return Math.max(0, ...this.#landing.written.filter(({ to }) => to <= at).map(({ to }) => to));
  }

  #take(most: number): Span | undefined {
    const gap = this.#gaps.shift();
    if (!gap || gap.to - gap.from <= most) return gap;
    this.#gaps.unshift({ from: gap.from + most, to: gap.to });
    return { from: gap.from, to: gap.from + most };
  }

  #isWorthDividing(): boolean {
    return this.#left() >= 2 * smallestPart;
  }

  #left(): number {
    const leading = this.#leader ? this.#leader.to - this.#leader.at : 0;
    return this.#gaps.reduce((sum, { from, to }) => sum + to - from, leading);
  }

  #partBytes(): number {
    const share = Math.ceil(this.#left() / (this.#target.client.traffic.limit * rounds));
    return Math.max(smallestPart, Math.min(largestPart, share));
  }
}

/** What is missing between spans, in order. */
function gapsOf(written: readonly Span[], size: number): Span[] {
  const gaps: Span[] = [];
  let at = 0;
  for (const { from, to } of [...written].sort((a, b) => a.from - b.from)) {
    if (from > at) gaps.push({ from: at, to: Math.min(from, size) });
    at = Math.max(at, to);
  }
  if (at < size) gaps.push({ from: at, to: size });
  return gaps;
}
