import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openLibrary } from '../../main/library/library.js';
import { blobBytes, inFlight } from './in-flight.js';
import type { Moment } from './moment.js';
import type { Relay } from './relay.js';
import { startRun } from './run.js';
import { filesBelow } from './sound.js';
import type { Place, Work, World } from './works.js';

export interface SeriesReport {
  readonly work: string;
  readonly kills: number;
  /** Blob bytes that went through the relay. */
  readonly moved: number;
  /** The most of them that the image and the kills explain; undefined where a run does not go on with another's bytes. */
  readonly allowed: number | undefined;
  /** Files where archives are written that a run without a kill does not leave. */
  readonly leftBeside: number;
  readonly faults: readonly string[];
}

export interface SeriesOptions {
  readonly work: Work;
  readonly world: World;
  readonly relay: Relay;
  /** Its own. */
  readonly folder: string;
}

/** Runs of one work in one place, each but the last killed, until one gets to its end. */
export class Series {
  readonly #options: SeriesOptions;
  readonly #place: Place;
  readonly #first: number;
  readonly #faults: string[] = [];
  #kills = 0;
  #allowed: number;
  lastFaults: readonly string[] = [];

  private constructor(options: SeriesOptions, place: Place) {
    this.#options = options;
    this.#place = place;
    this.#first = options.relay.exchanges.length;
    this.#allowed = options.world.image.bytes;
  }

  static async begin(options: SeriesOptions): Promise<Series> {
    const { folder, work, world } = options;
    const place = { home: work.home?.(world) ?? join(folder, 'home'), output: join(folder, 'output'), repository: `crash/${randomBytes(6).toString('hex')}` };
    await mkdir(place.output);
    // Its folders are there to be watched.
    await openLibrary(join(place.home, 'library'));
    return new Series(options, place);
  }

  /** Runs until the moment, or to the end. @returns whether the moment came, and the run was killed there */
  async killAt(moment: Moment, share: number): Promise<boolean> {
    const { work, world, relay } = this.#options;
    let isKilled = false;
    let flying = 0;
    const scene = { relay, image: world.image, missing: this.#missing(), library: join(this.#place.home, 'library'), output: this.#place.output };
    const run = startRun(this.#place.home, work.words(this.#place, world));
    const stop = moment(scene, share, () => {
      relay.hold();
      flying = inFlight(relay.open(), work.resumes);
      run.kill();
      isKilled = true;
    });
    const { code, said } = await run.ended;
    stop();
    // A moment may come as the run ends by itself.
    isKilled &&= code === 'SIGKILL';
    if (isKilled) this.#allowed += flying;
    relay.cut();
    if (!isKilled && code !== 0) this.#faults.push(`a run that nobody killed ended with ${code}: ${said}`);
    if (isKilled) {
      this.#kills += 1;
      await this.#look(false);
    }
    return isKilled;
  }

  /** The last run, which nobody kills. */
  async finish(): Promise<SeriesReport> {
    const { work, world, folder } = this.#options;
    const { code, said } = await startRun(this.#place.home, work.words(this.#place, world)).ended;
    if (code !== 0) this.#faults.push(`the last run ended with ${code}: ${said}`);
    await this.#look(true);
    const resumes = work.resumes !== 'nothing';
    const moved = this.#moved();
    // Of a pull the page tells it: what a client cuts off when it divides an answer went through the relay as well.
    if (work.resumes === 'blobs' && moved > this.#allowed) this.#faults.push(`${moved} bytes were moved, and ${this.#allowed} are explained`);
    const left = work.cleans ? await this.#leftIn(work.cleans) : [];
    if (left.length > 0) this.#faults.push(`left behind: ${left.join(', ')}`);
    const beside = (await filesBelow(this.#place.output)).filter((name) => !/^app\.tar(?:\.sha256)?$/.test(name));
    await rm(folder, { recursive: true });
    return { work: work.name, kills: this.#kills, moved, allowed: resumes ? this.#allowed : undefined, leftBeside: beside.length, faults: this.#faults };
  }

  async #look(whole: boolean): Promise<void> {
    const { work, world } = this.#options;
    this.lastFaults = await work.faults(this.#place, world, whole);
    this.#faults.push(...this.lastFaults);
  }

  /** The files that a run without a kill, in a place of its own, does not leave. */
  async #leftIn(folderOf: (place: Place) => string): Promise<string[]> {
    const { work, world, folder } = this.#options;
    const clean = { ...this.#place, home: join(folder, 'clean') };
    await startRun(clean.home, work.words(clean, world)).ended;
    const usual = new Set(await filesBelow(folderOf(clean)));
    return (await filesBelow(folderOf(this.#place))).filter((name) => !usual.has(name));
  }

  #moved(): number {
    return blobBytes(this.#options.relay.exchanges.slice(this.#first), this.#options.work.resumes === 'blobs' ? 'sent' : 'received');
  }

  #missing(): number {
    const { work, world } = this.#options;
    return work.resumes === 'parts' ? Math.max(world.image.bytes - this.#moved(), 1) : world.image.bytes;
  }
}
