import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** Node has Zstandard from 22.15 on, and so has Electron; the command line may run on an older one. */
const { createZstdCompress, createZstdDecompress } = zlib as unknown as {
  readonly createZstdCompress?: () => Transform;
  readonly createZstdDecompress?: () => Transform;
};

export { createZstdCompress, createZstdDecompress };
