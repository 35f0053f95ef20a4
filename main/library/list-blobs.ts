import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest, type Digest } from '../../shared/digest.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import { digestAlgorithms, type Layout } from './layout.js';

export interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

export interface FoundBlob extends FoundFile {
  readonly digest: Digest;
}

/** Every committed blob, named or not. */
export async function* listBlobs(layout: Layout): AsyncGenerator<FoundBlob> {
  for (const algorithm of digestAlgorithms) {
    for await (const file of listFiles(join(layout.blobs, algorithm))) {
      const digest = `${algorithm}:${file.name}`;
      if (isDigest(digest)) yield { ...file, digest };
    }
  }
}

/** The files of a folder; what goes away meanwhile is left out. */
export async function* listFiles(folder: string): AsyncGenerator<FoundFile> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw diskProblem(error, 'read', folder);
  });
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch((error: unknown) => {
      if (isDiskError(error, 'ENOENT')) return undefined;
      throw diskProblem(error, 'read', path);
    });
    if (found?.isFile()) yield { name, path, size: found.size, changed: found.mtimeMs };
  }
}
