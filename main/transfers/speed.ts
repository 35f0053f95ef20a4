interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Long enough to even out bursts, short enough that a stalled link shows. */
const windowMilliseconds = 5_000;
/** Samples that lie closer together say no more. */
const sampleMilliseconds = 200;

/** How fast a number of bytes grows: the mean over the last five seconds. */
export class Speed {
  #samples: Sample[];

  /** @param at milliseconds, when nothing was moved yet */
  constructor(at: number) {
    this.#samples = [{ at, bytes: 0 }];
  }

  /** Bytes a second, when `bytes` are there at this moment. */
  measure(at: number, bytes: number): number {
    const [oldest] = this.#samples = this.#samples.filter((sample, index, { length }) => index === length - 1 || at - sample.at <= windowMilliseconds);
    if (!oldest) return 0;
    if (at - this.#samples.at(-1)!.at >= sampleMilliseconds) this.#samples.push({ at, bytes });
    return at > oldest.at ? Math.max(0, ((bytes - oldest.bytes) * 1000) / (at - oldest.at)) : 0;
  }
}
