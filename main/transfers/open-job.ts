import { isDigest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { isTag, parseReference } from '../../shared/reference.js';
import type { TransferRequest } from '../../shared/contract/transfers.js';
import type { Surroundings } from '../archive/archive-sink.js';
import { openArchive } from '../archive/open-archive.js';
import type { Library } from '../library/library.js';
import type { Registry } from '../registry/registry.js';
import type { CallOptions } from '../stores/store.js';
import { pickImages, pickOne } from './archive-images.js';
import { archiveAt, atRegistry, checkFormat, inLibrary, loadJob, pullJob, saveJob, sendJob, type Job, type Origin, type Place } from './jobs.js';

/** Where the window's requests lead. */
export interface Sources {
  /** The registry of an account. @throws ProblemError `account-unknown` */
  connect(account: string): Promise<Pick<Registry, 'repository'>>;
  readonly library: Library;
  readonly surroundings: Surroundings;
}

type Of<Kind extends TransferRequest['kind']> = Extract<TransferRequest, { kind: Kind }>;
type RegistryPlace = Of<'copy'>['from'];

/**
 * Makes a job of what the window asks for.
 * @throws ProblemError `account-unknown`, `reference-invalid`, and what opening an archive or the library can meet
 */
export async function openJob(request: TransferRequest, sources: Sources, options: CallOptions): Promise<Job> {
  const { library } = sources;
  switch (request.kind) {
    case 'pull':
      return pullJob(await originsOf(request.from, sources), library);
    case 'save':
      checkFormat(request);
      return saveJob(await originsOf(request.from, sources), archiveAt(request.path, { ...request, surroundings: sources.surroundings }), request.path);
    case 'load':
      return openLoad(request, sources, options);
    case 'push':
      return sendJob('push', inLibrary(library, parseReference(request.name)), await targetOf(request.to, sources), request.to);
    case 'copy':
      return sendJob('copy', atRegistry(await placeOf(request.from, sources)), await targetOf(request.to, sources), request.to);
  }
}

async function openLoad({ path, picks, to }: Of<'load'>, sources: Sources, { signal }: CallOptions): Promise<Job> {
  const archive = await openArchive(path, { signal, ...sources.surroundings });
  try {
    const job = to ? sendJob('load', pickOne(archive, path, picks), await targetOf(to, sources), to) : await loadJob(pickImages(archive, path, picks), path, sources.library);
    archive.aimAt(job.target);
    return { ...job, warnings: archive.warnings, close: () => archive.close() };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

function originsOf(from: readonly RegistryPlace[] | readonly string[], sources: Sources): Promise<Origin[]> {
  return Promise.all(from.map(async (each) => (typeof each === 'string' ? inLibrary(sources.library, parseReference(each)) : atRegistry(await placeOf(each, sources)))));
}

async function placeOf({ account, repository, reference }: RegistryPlace, { connect }: Sources): Promise<Place> {
  if (!isDigest(reference) && !isTag(reference)) {
    throw new ProblemError('reference-invalid', { message: `${JSON.stringify(reference)} is neither a tag nor a digest.`, next: 'Choose a tag of the repository, or give a whole digest.' });
  }
  const store = (await connect(account)).repository(repository);
  return { store, reference: { ...store.origin, ...(isDigest(reference) ? { digest: reference } : { tag: reference }) } };
}

const targetOf = ({ account, repository, tag }: Of<'push'>['to'], sources: Sources): Promise<Place> => placeOf({ account, repository, reference: tag }, sources);
