import type { Writable } from 'node:stream';
import type { WriteStore } from '../stores/store.js';
import type { CreateArchiveOptions } from './archive-sink.js';
import { FileSink } from './file-sink.js';
import { StreamSink } from './stream-sink.js';

export type { ArchiveFormat, CreateArchiveOptions } from './archive-sink.js';

/** An archive to write to. @param target a path, or a stream such as standard output */
export function createArchive(target: string | Writable, options: CreateArchiveOptions): WriteStore {
  return typeof target === 'string' ? new FileSink(target, options) : new StreamSink(target, options);
}
