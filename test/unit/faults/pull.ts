import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { openLibrary } from '../../../main/library/library.js';
import type { Connection } from '../../../main/registry/connection.js';
import type { Registry } from '../../../main/registry/registry.js';
import type { CopyEvent } from '../../../shared/transfer.js';
import type { FakeImage, FakeOptions, FakeRegistry } from '../../fake/registry.js';
import type { Fault, Recorded } from '../../fake/reply.js';
import { useFolder } from '../library/folder.js';
import { blobFile, partialFile } from '../library/images.js';
import { never, shortRetry, useFakes } from '../registry/connect.js';

/** An image at a fake registry, and a library on disk that it is pulled into. */
export interface Pull {
  readonly fake: FakeRegistry;
  readonly registry: Registry;
  readonly image: FakeImage;
  /** Everything between the plan and the name in the library, as a person's pull does it. */
  run(signal?: AbortSignal): Promise<void>;
  readonly events: CopyEvent[];
  /** Requests for the image's first layer. */
  asked(method?: string): Recorded[];
  /** What the library has under the digest of the first layer. */
  kept(): Promise<Buffer | undefined>;
  /** Bytes that wait for the next try. */
  partial(): Promise<Buffer | undefined>;
  /** Digests under which the library shows anything. */
  shown(): Promise<string[]>;
}

export interface PullOptions extends FakeOptions {
  readonly layers: readonly Buffer[];
  /** For the data of the first layer, in order. */
  readonly layerFaults?: readonly Fault[];
  readonly connection?: Partial<Connection>;
}

/** Registries, libraries and pulls between them, all gone behind the test. */
export function usePulls(): ReturnType<typeof useFakes> & { readonly folder: { readonly path: string }; pull(options: PullOptions): Promise<Pull> } {
  const fakes = useFakes();
  const folder = useFolder();
  return {
    ...fakes,
    folder,
    async pull({ layers, layerFaults = [], connection, ...options }) {
      const { fake, registry } = await fakes.start(options, connection);
      const image = fake.putImage('team/app', '1.0', layers);
      const digest = image.layers[0]?.digest as `sha256:${string}`;
      fake.faults.push(...layerFaults.map((fault) => ({ method: 'GET', path: `/blobs/${digest}`, ...fault })));
      const events: CopyEvent[] = [];
      return {
        fake,
        registry,
        image,
        events,
        run: (signal = never) => pullInto(folder.path, registry, { signal, onEvent: (event) => events.push(event) }),
        asked: (method = 'GET') => fake.requests.filter((request) => request.method === method && request.path.includes(`/blobs/${digest}`)),
        kept: () => readFile(blobFile(folder.path, digest)).catch(() => undefined),
        partial: () => readFile(partialFile(folder.path, digest)).catch(() => undefined),
        shown: () => shownIn(folder.path),
      };
    },
  };
}

async function pullInto(folder: string, registry: Registry, { signal, onEvent }: { signal: AbortSignal; onEvent: (event: CopyEvent) => void }): Promise<void> {
  const job = await (await openLibrary(folder)).openJob();
  const plan = await planCopy(job, [{ from: registry.repository('team/app'), source: '1.0', target: `${registry.host}/team/app:1.0` }], { signal, platform: 'all', overwrite: 'always' });
  await copy(job, plan, { signal, retry: shortRetry, onEvent });
}

/** Every file below `blobs/` as a digest. */
export async function shownIn(folder: string): Promise<string[]> {
  const blobs = join(folder, 'blobs');
  const found = await readdir(blobs, { recursive: true }).catch(() => []);
  const files = await Promise.all(found.map(async (name) => ((await stat(join(blobs, name))).isFile() ? [name.replace('/', ':')] : [])));
  return files.flat().sort();
}
