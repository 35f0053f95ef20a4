import type { Writable } from 'node:stream';
import type { WriteStore } from '../stores/store.js';
import type { CreateArchiveOptions } from './archive-sink.js';
import { openFileOutput } from './file-output.js';
import { FileSink } from './file-sink.js';
import { packedOutput } from './packed-output.js';
import { checkPacking, type Packing } from './packing.js';
import { checkPlace } from './place-file.js';
import { openStreamOutput } from './stream-output.js';
import { StreamSink, type Destination } from './stream-sink.js';

export type { ArchiveFormat, CreateArchiveOptions } from './archive-sink.js';

/** An archive to write to. @param target a path, or a stream such as standard output */
export function createArchive(target: string | Writable, options: CreateArchiveOptions): WriteStore {
  const { packing } = options;
  if (typeof target === 'string') return packing ? new StreamSink(packedFile(target, packing, options), options) : new FileSink(target, options);
  return new StreamSink(packing ? packedStream(target, packing) : plainStream(target), options);
}

const plainStream = (stream: Writable): Destination => ({
  label: 'standard output',
  check: () => Promise.resolve(),
  open: () => Promise.resolve(openStreamOutput(stream)),
});

function packedStream(stream: Writable, packing: Packing): Destination {
  const plain = plainStream(stream);
  return {
    label: plain.label,
    async check() {
      checkPacking(packing, plain.label);
    },
    open: async () => packedOutput(await plain.open(), packing),
  };
}

/** Compressed, nothing has a place of its own before what lies in front of it is there. */
function packedFile(path: string, packing: Packing, { replace = false }: CreateArchiveOptions): Destination {
  return {
    label: path,
    async check() {
      checkPacking(packing, path);
      await checkPlace(path, { replace });
    },
    open: async () => packedOutput(await openFileOutput(path, { replace }), packing),
  };
}
