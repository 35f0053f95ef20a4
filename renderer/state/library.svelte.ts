import type { ArchiveContents, LibraryCheck } from '../../shared/contract/contract.js';
import type { Problem } from '../../shared/errors.js';
import type { Bridge } from '../bridge.js';
import { problemOf } from '../problem.js';

/** What is done with the library of this machine, and with archives before they are loaded into it. */
export class Library {
  verifying = $state(false);
  /** What the last check found. */
  check: LibraryCheck | undefined = $state.raw();
  problem: Problem | undefined = $state.raw();
  switching = $state(false);
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Reads every blob again: as long as the disk takes. */
  async verify(): Promise<void> {
    this.verifying = true;
    await this.#attempt(async () => (this.check = await this.#bridge.request('library.verify', {})));
    this.verifying = false;
  }

  forgetCheck(): void {
    this.check = undefined;
    this.problem = undefined;
  }

  async serve(on: boolean, push: boolean): Promise<void> {
    this.switching = true;
    await this.#attempt(() => this.#bridge.request('library.serve', { on, push }));
    this.switching = false;
  }

  /** Answers how many bytes that freed. @throws ProblemError */
  remove(names: readonly string[]): Promise<{ readonly bytes: number }> {
    return this.#bridge.request('library.remove', { names: [...names] });
  }

  /** Deletes what no image needs any more. @throws ProblemError */
  prune(dryRun: boolean): Promise<{ readonly blobs: number; readonly bytes: number }> {
    return this.#bridge.request('library.prune', { dryRun });
  }

  /** @throws ProblemError */
  openArchive(path: string): Promise<ArchiveContents> {
    return this.#bridge.request('archive.open', { path });
  }

  /** Asks where an archive or a folder is to be written; `undefined`: the person thought better of it. @throws ProblemError */
  chooseTarget(purpose: 'save-archive' | 'save-folder', suggested: string): Promise<string | undefined> {
    return this.#bridge.request('app.chooseFile', { purpose, suggested });
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    this.problem = undefined;
    try {
      await work();
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}
