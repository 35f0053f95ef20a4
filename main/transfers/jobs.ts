import { basename } from 'node:path';
import type { TransferRequest } from '../../shared/contract/transfers.js';
import { isDigest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { count } from '../../shared/format.js';
import { formatReference, formatRepository, nameOf, parseReference, selector, type Reference, type RepositoryName } from '../../shared/reference.js';
import type { OverwritePolicy } from '../../shared/transfer.js';
import type { Surroundings } from '../archive/archive-sink.js';
import { createArchive, type ArchiveFormat } from '../archive/create-archive.js';
import { createFolder } from '../archive/create-folder.js';
import type { Packing } from '../archive/packing.js';
import type { CopyRequest } from '../copy/plan-copy.js';
import { hostPlatform } from '../image/host-platform.js';
import type { JobOptions } from '../library/job.js';
import type { Library } from '../library/library.js';
import type { ReadStore, WriteStore } from '../stores/store.js';

/** What a copy is made from: every verb of the command line and every request of the window becomes one of these. */
export interface Job {
  readonly kind: TransferRequest['kind'];
  /** Short, such as `team/app:1.0` or `3 images`. */
  readonly title: string;
  readonly target: WriteStore;
  readonly images: readonly CopyRequest[];
  readonly overwrite: OverwritePolicy;
  /** What people call a name at the target, where that is more than the name. */
  fullName(name: string): string;
  /** Where an archive is written. */
  readonly file?: string;
  /** What was seen before the plan. */
  readonly warnings?: readonly string[];
  /** Lets go of the source. */
  close?(): Promise<void>;
}

/** One repository of a registry, and what is meant there. */
export interface Place {
  readonly store: ReadStore & WriteStore;
  readonly reference: Reference;
}

/** An image where it is now, under its full name. */
export interface Origin {
  readonly from: ReadStore;
  readonly source: string;
  readonly name: string;
  /** What belongs to it, by its tag or digest, under its name there. */
  beside(selector: string): string;
}

export interface Naming {
  /** Rolling tags that are moved to the image once the first tag was read back. */
  readonly also: readonly string[];
  readonly overwrite: OverwritePolicy;
}

export const atRegistry = ({ store, reference }: Place): Origin => ({ from: store, source: selector(reference), name: nameOf(reference), beside: (each) => each });

export const inLibrary = (library: Library, reference: Reference): Origin => ({ from: library, source: formatReference(reference), name: nameOf(reference), beside: namesIn(reference) });

export async function pullJob(origins: readonly Origin[], library: Library, options?: JobOptions): Promise<Job> {
  // An image is called in the library as it is at its registry.
  return { kind: 'pull', title: titleOf(origins), target: await library.openJob((name) => name, options), ...underTheirNames(origins, 'all') };
}

/** @param file the path of an archive; absent where it goes to a stream */
export function saveJob(origins: readonly Origin[], target: WriteStore, file?: string): Job {
  return { kind: 'save', title: titleOf(origins), target, ...underTheirNames(origins, 'tags'), ...(file !== undefined && { file }) };
}

export interface FileOptions {
  readonly format: ArchiveFormat | 'oci-dir';
  /** Replace what stands there. */
  readonly replace: boolean;
  /** Compress an archive as a whole. */
  readonly packing?: Packing | undefined;
  readonly surroundings: Surroundings;
}

/** @throws ProblemError `usage-invalid` where an archive is to hold what its format has no place for */
export function checkFormat({ format, referrers = false }: { readonly format: FileOptions['format']; readonly referrers?: boolean | undefined }): void {
  if (!format.startsWith('docker') || !referrers) return;
  throw new ProblemError('usage-invalid', { message: 'A docker archive has no place for signatures and SBOMs.', next: 'Choose the universal or the OCI format, or save the image alone.', command: 'Use --format universal, or leave --referrers out.' });
}

/** A file, or a folder, that images are saved to. */
export function archiveAt(path: string, { format, replace, packing, surroundings }: FileOptions): WriteStore {
  return format === 'oci-dir' ? createFolder(path, { replace }) : createArchive(path, { format, hostPlatform, replace, packing, surroundings });
}

/** From the library, or from another repository, to one place. */
export function sendJob(kind: 'push' | 'copy' | 'load', origin: Origin, to: Place, { also, overwrite }: Naming): Job {
  return sendAllJob(kind, [{ ...origin, tag: selector(to.reference), also }], to, overwrite);
}

/** An image and the tags that it gets. */
export interface Sent extends Origin {
  readonly tag: string;
  readonly also?: readonly string[];
}

/** Several images to one repository, each under its tag. */
export function sendAllJob(kind: 'push' | 'copy' | 'load', sent: readonly Sent[], { store, reference }: Place, overwrite: OverwritePolicy): Job {
  return {
    kind,
    title: titleOf(sent),
    target: store,
    images: sent.map(({ from, source, beside, tag, also = [] }) => ({ from, source, target: tag, also, companions: { source: beside, target: (each) => each } })),
    overwrite,
    fullName: namesIn(reference),
  };
}

/** What an archive holds, into the library. */
export async function loadJob(origins: readonly Origin[], file: string, library: Library): Promise<Job> {
  return { kind: 'load', title: basename(origins[0]?.from.label ?? file), target: await library.openJob(file), ...underTheirNames(origins, 'all') };
}

/** @param kept which companions get a name: an archive holds those without a tag beside its images, as the OCI layout has it */
function underTheirNames(origins: readonly Origin[], kept: 'all' | 'tags'): Pick<Job, 'images' | 'overwrite' | 'fullName'> {
  const images = origins.map(({ from, source, name, beside }) => {
    const named = namesIn(parseReference(name));
    return { from, source, target: name, companions: { source: beside, target: (each: string) => (kept === 'tags' && isDigest(each) ? undefined : named(each)) } };
  });
  return { images, overwrite: 'always', fullName: (name) => name };
}

/** For repositories, where stores know tags and digests alone. */
export function namesIn(repository: RepositoryName): (name: string) => string {
  return (name) => formatRepository(repository) + (isDigest(name) ? '@' : ':') + name;
}

function titleOf(origins: readonly Origin[]): string {
  return origins.length === 1 ? withoutHost(origins[0]!.name) : count(origins.length, 'image');
}

const withoutHost = (name: string): string => name.slice(name.indexOf('/') + 1);
