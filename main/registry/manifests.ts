import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest, splitDigest, type Digest } from '../../shared/digest.js';
import { isProblem, ProblemError } from '../../shared/errors.js';
import { digestOf } from '../image/digest.js';
import { manifestTooLarge, maxManifestBytes, parseManifest } from '../image/manifest.js';
import { acceptManifests } from '../image/media-types.js';
import type { CallOptions, StoredManifest } from '../stores/store.js';
import type { Purpose } from './answers.js';
import type { Call, RegistryClient } from './client.js';
import type { Answer } from './exchange.js';
import { answerInvalid } from './paging.js';
import { discard } from './reading.js';
import { deleteScope, pullScope, pushScope } from './scope.js';
import { manifestPath } from './urls.js';

const about = (repository: string, reference: string): string => `${repository}${isDigest(reference) ? '@' : ':'}${reference}`;

const purpose = (verb: string, repository: string, reference: string): Purpose => ({
  action: `${verb} ${about(repository, reference)}`,
  missing: 'manifest-unknown',
});

const readCall = (method: 'GET' | 'HEAD', repository: string, reference: string, { signal, onRetry }: CallOptions): Call => ({
  method,
  target: manifestPath(repository, reference),
  scopes: [pullScope(repository)],
  purpose: purpose('read the manifest of', repository, reference),
  headers: { accept: acceptManifests, 'accept-encoding': 'identity' },
  signal,
  onRetry,
  expect: [200],
});

/**
 * Reads a manifest and makes sure that it is one, and that it is the right one where a digest was asked for.
 * distribution-spec "Pulling manifests".
 * @throws ProblemError `manifest-unknown`, `manifest-invalid`, `manifest-too-large`, `manifest-schema1`, `digest-mismatch`, …
 */
export function getManifest(client: RegistryClient, repository: string, reference: string, options: CallOptions): Promise<StoredManifest> {
  const where = `${client.host}/${about(repository, reference)}`;
  return client.ask(readCall('GET', repository, reference, options), async (answer) => {
    const bytes = await client.read(answer, maxManifestBytes, options.signal, () => manifestTooLarge(where));
    const type = (answer.header('content-type') ?? '').split(';')[0]?.trim() ?? '';
    const digest = digestFor(bytes, reference, answer, where);
    return { descriptor: { mediaType: parseManifest(bytes, type, where).mediaType, digest, size: bytes.length }, bytes };
  });
}

/**
 * The digest a tag points to, by HEAD where the registry does it well, else by GET. A 403 counts as absent: some
 * registries (Artifactory) say so of repositories that do not exist yet.
 */
export async function headManifest(client: RegistryClient, repository: string, reference: string, options: CallOptions): Promise<Digest | undefined> {
  try {
    const digest = await client.ask({ ...readCall('HEAD', repository, reference, options), expect: [200, 405, 501] }, async (answer) => {
      await discard(answer);
      return answer.status === 200 ? answer.header('docker-content-digest') : undefined;
    });
    if (isDigest(digest)) return isDigest(reference) ? reference : digest;
    return (await getManifest(client, repository, reference, options)).descriptor.digest;
  } catch (error) {
    if (isProblem(error, 'manifest-unknown', 'repository-unknown', 'permission-denied')) return undefined;
    throw error;
  }
}

export interface PutResult {
  /** The registry keeps the list of referrers by itself. distribution-spec "Pushing Manifests with Subject". */
  readonly subjectKnown: boolean;
}

/**
 * Stores a manifest under its digest or a tag, byte for byte. distribution-spec "Pushing Manifests".
 * @throws ProblemError `digest-mismatch` when the registry stored something else, `tag-immutable`, `quota-exceeded`, …
 */
export function putManifest(client: RegistryClient, repository: string, reference: string, { descriptor, bytes }: StoredManifest, { signal, onRetry }: CallOptions): Promise<PutResult> {
  const call: Call = {
    method: 'PUT',
    target: manifestPath(repository, reference),
    scopes: [pushScope(repository)],
    purpose: { action: `store ${about(repository, reference)}`, missing: 'repository-unknown' },
    headers: { 'content-type': descriptor.mediaType },
    body: () => bytes,
    signal,
    onRetry,
    expect: [201, 202],
    answerTimeout: client.network.timeouts.commit,
  };
  return client.ask(call, async (answer) => {
    await discard(answer);
    const stored = answer.header('docker-content-digest');
    const { algorithm } = splitDigest(descriptor.digest);
    if (stored?.startsWith(`${algorithm}:`) && stored !== descriptor.digest) {
      throw mismatch(`${client.host}/${about(repository, reference)}`, descriptor, stored);
    }
    return { subjectKnown: answer.header('oci-subject') !== undefined };
  });
}

/** distribution-spec "Deleting tags", "Deleting Manifests". */
export async function deleteManifest(client: RegistryClient, repository: string, reference: string, { signal }: CallOptions): Promise<void> {
  const call: Call = {
    method: 'DELETE',
    target: manifestPath(repository, reference),
    scopes: [deleteScope(repository)],
    purpose: purpose('delete', repository, reference),
    signal,
    expect: [200, 202, 204],
  };
  await client.ask(call, discard);
}

/** Registries are known to send a wrong digest header for tags, so what was received counts; for digests nothing may differ. */
function digestFor(bytes: Uint8Array, reference: string, answer: Answer, where: string): Digest {
  const told = answer.header('docker-content-digest');
  if (!isDigest(reference)) return isDigest(told) && digestOf(bytes, splitDigest(told).algorithm) === told ? told : digestOf(bytes);
  const { algorithm } = splitDigest(reference);
  const found = digestOf(bytes, algorithm);
  if (found !== reference) throw mismatch(where, { digest: reference }, found);
  if (told?.startsWith(`${algorithm}:`) && told !== reference) throw answerInvalid(where, `its digest header says ${told.slice(0, 80)}`);
  return reference;
}

function mismatch(where: string, { digest }: Pick<Descriptor, 'digest'>, found: string): ProblemError {
  return new ProblemError('digest-mismatch', {
    message: `${where} is damaged: instead of ${digest} it is ${found}.`,
    next: 'Try again; when it stays so, the copy at the registry is damaged and must be pushed anew.',
  });
}
