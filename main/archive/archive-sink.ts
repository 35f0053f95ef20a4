import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import type { Platform } from '../../shared/platform.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, CallOptions, PushOptions, PushOutcome, StoredManifest, WriteStore } from '../stores/store.js';

/** `universal`: loads everywhere. `docker`: docker-archive alone. `oci`: OCI layout alone. */
export type ArchiveFormat = 'universal' | 'docker' | 'oci';

export interface CreateArchiveOptions {
  readonly format: ArchiveFormat;
  /** Which image of an index `docker load` gets, since it takes one. */
  readonly hostPlatform: Platform;
  /** Replace a file that exists. */
  readonly replace?: boolean;
  /** The built thread that makes the sums of files; without it they are made at the end. */
  readonly checksumThread?: string | undefined;
}

/** What archives to write to have in common: their head holds the names, and they begin with nothing. */
export abstract class ArchiveSink implements WriteStore {
  readonly label: string;
  abstract readonly capabilities: WriteStore['capabilities'];
  readonly #names = new Map<string, Digest>();

  constructor(label: string) {
    this.label = label;
  }

  abstract begin(plan: CopyPlan, options: CallOptions): Promise<void>;
  abstract push(descriptor: Descriptor, body: BodyFactory, options: PushOptions): Promise<PushOutcome>;
  abstract end(succeeded: boolean): Promise<void>;

  current(reference: string): Promise<Digest | undefined> {
    return Promise.resolve(this.#names.get(reference));
  }

  /** A new archive has nothing; `begin` then writes every manifest. */
  exists(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** The head of the archive holds the names already. */
  tag(root: StoredManifest, reference: string): Promise<void> {
    this.#names.set(reference, root.descriptor.digest);
    return Promise.resolve();
  }

  protected notBegun(): ProblemError {
    return new ProblemError('internal', { message: `${this.label} was written to before it was begun.`, next: 'Please report this.' });
  }

  protected incomplete(missing: number): ProblemError {
    return new ProblemError('internal', { message: `${missing} blobs were not written to ${this.label}.`, next: 'Please report this.' });
  }
}
