import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import type { Platform } from '../../shared/platform.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, CallOptions, PushOptions, PushOutcome, StoredManifest, WriteStore } from '../stores/store.js';
import type { Form } from './form.js';
import type { LayerTable } from './layer-table.js';
import type { Packing } from './packing.js';
import { plainForm } from './plain-form.js';
import { UnpackedForm } from './unpacked-form.js';

/**
 * `universal`: loads everywhere. `docker`: docker-archive alone. `docker-uncompressed`: the same with unpacked layers, for
 * old loaders. `oci`: OCI layout alone.
 */
export type ArchiveFormat = 'universal' | 'docker' | 'docker-uncompressed' | 'oci';

/** What archives use of the machine, and share with others. */
export interface Surroundings {
  /** Where a folder is made for what must be unpacked first. */
  readonly spoolFolder: string;
  /** What is known of layers. */
  readonly layers: LayerTable;
  /** The built thread that makes the sums of files; without it they are made at the end. */
  readonly checksumThread?: string | undefined;
}

export interface CreateArchiveOptions {
  readonly format: ArchiveFormat;
  /** Which image of an index `docker load` gets, since it takes one. */
  readonly hostPlatform: Platform;
  /** Compress the archive as a whole. */
  readonly packing?: Packing | undefined;
  /** Replace a file that exists. */
  readonly replace?: boolean;
  readonly surroundings: Surroundings;
}

/** What archives to write to have in common: their head holds the names, and they begin with nothing. */
export abstract class ArchiveSink implements WriteStore {
  readonly label: string;
  abstract readonly capabilities: WriteStore['capabilities'];
  protected readonly form: Form;
  readonly #names = new Map<string, Digest>();

  /** @param guess are sizes that may be wrong of any use? */
  constructor(label: string, guess: boolean, { format, hostPlatform, surroundings: { layers } }: CreateArchiveOptions) {
    this.label = label;
    this.form = format === 'docker-uncompressed' ? new UnpackedForm({ hostPlatform, label, layers, guess }) : plainForm({ format, hostPlatform, label });
  }

  async foresee(plan: CopyPlan, options: CallOptions): Promise<readonly string[]> {
    return this.form.warnings(await this.form.entries(plan, options));
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
