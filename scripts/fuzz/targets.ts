import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openArchive } from '../../main/archive/open-archive.js';
import { parseConfig } from '../../main/image/config.js';
import { readVerified } from '../../main/image/digest.js';
import { dockerfile, layersWithInstructions } from '../../main/image/history.js';
import { childrenOf, parseManifest } from '../../main/image/manifest.js';
import { mediaTypes } from '../../main/image/media-types.js';
import { isProblem } from '../../shared/errors.js';
import { mutateArchive } from './mutate-archive.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import type { Random } from './random.js';
import { archives, compressedArchives, configs, manifests } from './samples.js';

const signal = new AbortController().signal;

/** What is fed with damaged input. */
export interface Target {
  /** A damaged sample. */
  make(random: Random): Buffer;
  /** Reads it; throws where it throws. */
  read(bytes: Buffer): Promise<void> | void;
}

export type TargetName = 'archive' | 'archive in gzip' | 'manifest' | 'config';

const types = [...manifests.map(({ type }) => type), mediaTypes.dockerList, 'application/json', 'text/html', ''];

export const targets: Readonly<Record<TargetName, Target>> = {
  archive: {
    make: (random) => mutateArchive(random.pick(archives), random, random.pick(archives)),
    read: readArchive,
  },
  'archive in gzip': {
    make: (random) => (random.below(2) === 0 ? mutateBytes(random.pick(compressedArchives), random, random.pick(compressedArchives)) : gzipSync(mutateArchive(random.pick(archives), random, random.pick(archives)))),
    read: readArchive,
  },
  manifest: {
    make(random) {
      const { text } = random.pick(manifests);
      return random.below(4) === 0 ? mutateBytes(Buffer.from(text), random, Buffer.from(random.pick(manifests).text)) : Buffer.from(mutateJson(text, random));
    },
    // Whatever the server calls it: an answer of one kind must not get through as another.
    read(bytes) {
      for (const type of types) onlyProblems(() => childrenOf(parseManifest(bytes, type, 'there')));
    },
  },
  config: {
    make: (random) => (random.below(4) === 0 ? mutateBytes(Buffer.from(random.pick(configs)), random, Buffer.from(random.pick(configs))) : Buffer.from(mutateJson(random.pick(configs), random))),
    read(bytes) {
      const config = parseConfig(bytes, 'there');
      dockerfile(config);
      layersWithInstructions(config);
    },
  },
};

function onlyProblems(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!isProblem(error)) throw error;
  }
}

/** Lists the images, resolves each and reads all that it needs. @throws Error where something stays in the spool */
async function readArchive(bytes: Buffer): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-fuzz-'));
  try {
    const path = join(folder, 'it.tar');
    const spoolFolder = join(folder, 'spool');
    await writeFile(path, bytes);
    try {
      await readAll(path, spoolFolder);
    } finally {
      const left = await readdir(spoolFolder).catch(() => []);
      if (left.length > 0) throw new Error(`left in the spool: ${left.join(', ')}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readAll(path: string, spoolFolder: string): Promise<void> {
  const source = await openArchive(path, { signal, spoolFolder });
  try {
    for (const { name, id } of source.names().slice(0, 20)) {
      const root = await source.resolve(name ?? id, { signal });
      for (const child of childrenOf(parseManifest(root.bytes, root.descriptor.mediaType, 'there'))) await readVerified(await source.fetch(child, { signal }), child);
      for await (const _ of source.referrers(root.descriptor, { signal })) continue;
    }
  } finally {
    await source.close();
  }
}
