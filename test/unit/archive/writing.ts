import { mkdtempSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { afterEach, beforeEach, onTestFinished } from 'vitest';
import type { Surroundings } from '../../../main/archive/archive-sink.js';
import { createArchive, type ArchiveFormat, type CreateArchiveOptions } from '../../../main/archive/create-archive.js';
import { openLayerTable } from '../../../main/archive/layer-table.js';
import { listTar } from '../../../main/image/tar-reader.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { WriteStore } from '../../../main/stores/store.js';
import { bodyOf, linuxAmd64, signal, type Sample } from './sample.js';

/** A folder for each test of the file, gone afterwards, and the archive that is to be written into it. */
export function useTarget(): { readonly folder: string; readonly file: string } {
  const place = { folder: '', file: '' };
  beforeEach(async () => {
    place.folder = await mkdtemp(join(tmpdir(), 'longshore-archive-'));
    place.file = join(place.folder, 'app.tar');
  });
  afterEach(() => rm(place.folder, { recursive: true, force: true }));
  return place;
}

/** A profile that is new each time: nothing is known of layers. */
export function surroundings(folder = mkdtempSync(join(tmpdir(), 'longshore-profile-')), more: { readonly checksumThread?: string } = {}): Surroundings {
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { spoolFolder: join(folder, 'spool'), layers: openLayerTable(join(folder, 'layers')), ...more };
}

export const sinkTo = (target: string | Writable, format: ArchiveFormat = 'universal', more: Partial<CreateArchiveOptions> = {}): WriteStore =>
  createArchive(target, { format, hostPlatform: linuxAmd64, ...more, surroundings: more.surroundings ?? surroundings() });

export function bytesOf(samples: readonly Sample[], digest: string): Uint8Array {
  const found = samples.flatMap((sample) => [...sample.blobs.values()]).find(({ descriptor }) => descriptor.digest === digest);
  if (!found) throw new Error(`no sample has ${digest}`);
  return found.bytes;
}

export async function pushAll(sink: WriteStore, plan: CopyPlan, ...samples: Sample[]): Promise<string[]> {
  const outcomes: string[] = [];
  for (const blob of plan.blobs) outcomes.push(await sink.push(blob, bodyOf(bytesOf(samples, blob.digest)), { signal }));
  return outcomes;
}

export async function write(sink: WriteStore, plan: CopyPlan, ...samples: Sample[]): Promise<void> {
  await sink.begin?.(plan, { signal });
  await pushAll(sink, plan, ...samples);
  for (const { root, target, also } of plan.roots) for (const name of [target, ...also]) await sink.tag(root, name, { signal });
  await sink.end?.(true);
}

/** The content of each entry of a closed tar, in order. */
export async function entriesOf(path: string): Promise<Map<string, Buffer>> {
  const bytes = await readFile(path);
  const { entries, closed } = await listTar((offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)), bytes.length, path);
  if (!closed) throw new Error(`${path} has no closing mark`);
  return new Map(entries.map(({ name, offset, size }) => [name, bytes.subarray(offset, offset + size)]));
}
