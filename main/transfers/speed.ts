interface Sample {
  readonly at: number;
  readonly bytes: number;
}

export interface Pace {
  /** Bytes a second. */
  readonly speed: number;
  /** Milliseconds; absent where nothing comes, and where nothing is left. */
  readonly left?: number;
}

/** Long enough to even out bursts, short enough that a stalled link shows. */
const windowMilliseconds = 5_000;
/** Samples that lie closer together say no more. */
const sampleMilliseconds = 200;
/** People plan by the time that is left: what lies longer ago than this counts a third, so that no burst makes it jump. */
const memoryMilliseconds = 30_000;

/**
 * How fast something goes and how long it will take, for the window and the terminal alike: the speed is the mean over the
 * last five seconds, the time that is left follows from a longer one.
 */
export class Speed {
  #samples: Sample[];
  #last: Sample;
  /** Bytes and milliseconds, those of long ago with less and less weight. */
  #remembered = { bytes: 0, time: 0 };

  /** @param at milliseconds, when nothing was moved yet */
  constructor(at: number) {
    this.#last = { at, bytes: 0 };
    this.#samples = [this.#last];
  }

  /** Bytes a second, when `bytes` are there at this moment. They only grow: what is moved again was moved twice. */
  measure(at: number, bytes: number): number {
    const [oldest] = this.#samples = this.#samples.filter((sample, index, { length }) => index === length - 1 || at - sample.at <= windowMilliseconds);
    if (!oldest) return 0;
    if (at - this.#samples.at(-1)!.at >= sampleMilliseconds) this.#samples.push({ at, bytes });
    if (at - this.#last.at >= sampleMilliseconds) this.#remember({ at, bytes });
    return at > oldest.at ? Math.max(0, ((bytes - oldest.bytes) * 1000) / (at - oldest.at)) : 0;
  }

  /** As {@link measure}, with how long `rest` bytes will take. */
  pace(at: number, bytes: number, rest: number): Pace {
    const speed = this.measure(at, bytes);
    const { bytes: moved, time } = this.#remembered;
    return { speed, ...(speed > 0 && rest > 0 && moved > 0 && { left: (rest * time) / moved }) };
  }

  #remember(sample: Sample): void {
    const passed = sample.at - this.#last.at;
    const weight = Math.exp(-passed / memoryMilliseconds);
    const { bytes, time } = this.#remembered;
    this.#remembered = { bytes: bytes * weight + Math.max(0, sample.bytes - this.#last.bytes), time: time * weight + passed };
    this.#last = sample;
  }
}
