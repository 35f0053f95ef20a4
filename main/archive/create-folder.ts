import { access, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { atomicWrite, syncFolder, temporaryName } from '../disk/atomic-write.js';
import { checkWritable } from '../disk/check-writable.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { BlobVerifier } from '../image/digest.js';
import type { CopyPlan } from '../stores/plan.js';
import type { BodyFactory, PushOptions, PushOutcome, Room, StoredManifest, WriteStore } from '../stores/store.js';
import { indexOf, layoutMarker, layoutNameOf, readPlanned } from './layout.js';
import { targetExists, targetKept } from './output.js';
import { roomOf } from './room.js';

/**
 * An OCI layout in a folder to write to. It is made under a temporary name beside the final one, which it gets at the end.
 * @param replace an OCI layout that stands there gives way to the new one; any other folder is never removed
 */
export function createFolder(path: string, { replace = false }: { readonly replace?: boolean } = {}): WriteStore {
  return new FolderSink(path, replace);
}

class FolderSink implements WriteStore {
  readonly label: string;
  readonly capabilities = { ordering: 'any' } as const;
  readonly #path: string;
  readonly #replace: boolean;
  readonly #temporary: string;
  readonly #names = new Map<string, Digest>();
  readonly #written = new Set<Digest>();

  constructor(path: string, replace: boolean) {
    this.label = path;
    this.#path = path.replace(/(?<=.)[/\\]+$/, '');
    this.#replace = replace;
    this.#temporary = temporaryName(this.#path);
  }

  async check(): Promise<void> {
    await this.#refuseExisting();
    await checkWritable(this.#path);
  }

  current(reference: string): Promise<Digest | undefined> {
    return Promise.resolve(this.#names.get(reference));
  }

  exists(descriptor: Descriptor): Promise<boolean> {
    return Promise.resolve(this.#written.has(descriptor.digest));
  }

  room(plan: CopyPlan): Promise<Room | undefined> {
    return roomOf(this.#path, plan);
  }

  async begin(plan: CopyPlan): Promise<void> {
    await this.#refuseExisting();
    try {
      await mkdir(this.#temporary);
      const folders = new Set([...plan.manifests.map(({ descriptor }) => descriptor), ...plan.blobs].map((descriptor) => dirname(layoutNameOf(descriptor))));
      for (const folder of folders) await mkdir(join(this.#temporary, folder), { recursive: true });
    } catch (error) {
      throw diskProblem(error, 'make', this.#path);
    }
    await atomicWrite(join(this.#temporary, 'oci-layout'), layoutMarker);
    await atomicWrite(join(this.#temporary, 'index.json'), indexOf(plan, readPlanned(plan)));
    for (const { descriptor, bytes } of plan.manifests) {
      await atomicWrite(this.#fileOf(descriptor), bytes);
      this.#written.add(descriptor.digest);
    }
  }

  async push(descriptor: Descriptor, body: BodyFactory, { source, onBytes, signal }: PushOptions): Promise<PushOutcome> {
    if (this.#written.has(descriptor.digest)) return 'existed';
    const path = this.#fileOf(descriptor);
    const temporary = temporaryName(path);
    const verifier = new BlobVerifier(descriptor, source);
    let moved = 0;
    try {
      const file = await open(temporary, 'wx');
      try {
        for await (const chunk of await body(0)) {
          signal.throwIfAborted();
          verifier.update(chunk);
          await file.writeFile(chunk);
          moved += chunk.length;
          onBytes?.(chunk.length);
        }
        verifier.finish();
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      onBytes?.(-moved);
      await rm(temporary, { force: true });
      throw diskProblem(error, 'write', path);
    }
    this.#written.add(descriptor.digest);
    return 'written';
  }

  tag(root: StoredManifest, reference: string): Promise<void> {
    this.#names.set(reference, root.descriptor.digest);
    return Promise.resolve();
  }

  async end(succeeded: boolean): Promise<void> {
    try {
      if (succeeded) await this.#place();
    } catch (error) {
      throw diskProblem(error, 'write', this.#path);
    } finally {
      await rm(this.#temporary, { recursive: true, force: true });
    }
  }

  /** A rename onto a folder works only while that is empty, so that nothing is lost that came meanwhile. */
  async #place(): Promise<void> {
    const algorithms = new Set([...this.#written].map((digest) => dirname(layoutNameOf({ digest }))));
    for (const folder of [...algorithms, ...new Set([...algorithms].map((each) => dirname(each))), '.']) await syncFolder(join(this.#temporary, folder));
    const former = temporaryName(this.#path);
    const replaced = this.#replace && (await isLayout(this.#path));
    if (replaced) await rename(this.#path, former);
    try {
      await rename(this.#temporary, this.#path);
    } catch (error) {
      if (replaced) await rename(former, this.#path);
      if (isDiskError(error, 'ENOTEMPTY') || isDiskError(error, 'EEXIST') || isDiskError(error, 'ENOTDIR')) throw targetExists(this.#path);
      throw error;
    }
    await syncFolder(dirname(this.#path));
    await rm(former, { recursive: true, force: true });
  }

  async #refuseExisting(): Promise<void> {
    try {
      const found = await lstat(this.#path);
      if (!found.isDirectory()) throw targetKept(this.#path, 'is no folder');
      if ((await readdir(this.#path)).length === 0) return;
      if (!(await isLayout(this.#path))) throw targetKept(this.#path, 'is a folder of other things');
      if (!this.#replace) throw targetExists(this.#path);
    } catch (error) {
      if (!isDiskError(error, 'ENOENT')) throw diskProblem(error, 'read', this.#path);
    }
  }

  #fileOf(descriptor: Descriptor): string {
    return join(this.#temporary, layoutNameOf(descriptor));
  }
}

function isLayout(path: string): Promise<boolean> {
  return access(join(path, 'oci-layout')).then(() => true, () => false);
}
