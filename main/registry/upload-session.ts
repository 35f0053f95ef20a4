import type { ByteSource } from '../../shared/byte-source.js';
import type { ProblemCode, ProblemError } from '../../shared/errors.js';
import type { Descriptor } from '../../shared/descriptor.js';
import type { CallOptions } from '../stores/store.js';
import type { Call, RegistryClient } from './client.js';
import type { Answer, Outgoing } from './exchange.js';
import { answerInvalid } from './paging.js';
import { discard } from './reading.js';
import { pullScope, pushScope, type Scope } from './scope.js';
import { mountPath, uploadsPath, withDigest } from './urls.js';

/** An upload that a registry has opened. Its location changes with each step. */
export interface Session {
  readonly location: URL;
  /** `OCI-Chunk-Min-Length`, in bytes. */
  readonly smallestChunk: number;
}

/** What all requests of one upload share. */
export interface UploadTarget {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly descriptor: Descriptor;
}

/** A registry that wants parts beyond this wants none. */
const largestMinimum = 1024 * 1024 * 1024;
/** A cancel must not hold up the end of a job. */
const cancelTimeout = 1000;

/**
 * Opens a session, or has the blob mounted from another repository at once: undefined then.
 * distribution-spec "POST then PUT", "Mounting a blob from another repository".
 */
export async function openSession(target: UploadTarget, mountFrom: string | undefined, { signal }: CallOptions): Promise<Session | undefined> {
  const { client, repository, descriptor } = target;
  const answer = await client.send({
    ...uploadCall(target, 'POST', mountFrom === undefined ? uploadsPath(repository) : mountPath(repository, descriptor.digest, mountFrom), signal),
    // The target comes first: some registries look at the first scope alone.
    scopes: mountFrom === undefined ? [pushScope(repository)] : [pushScope(repository), pullScope(mountFrom)],
    expect: mountFrom === undefined ? [202] : [201, 202],
  });
  await discard(answer);
  if (answer.status === 201) return undefined;
  const least = Number(answer.header('oci-chunk-min-length') ?? 0);
  return { location: await locationOf(target, answer), smallestChunk: least > 0 && least <= largestMinimum ? least : 0 };
}

/** One chunk. distribution-spec "Pushing a blob in chunks". @returns the session, and the offset the registry tells */
export async function patchSession(target: UploadTarget, session: Session, part: Part, { signal }: CallOptions): Promise<{ session: Session; told: number | undefined }> {
  const { from, to, body, file } = part;
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(to - from), 'content-range': `${from}-${to - 1}` };
  // ECR answers 201 where 202 is due, others 204.
  const answer = await target.client.send({ ...uploadCall(target, 'PATCH', session.location, signal), headers, body, file, expect: [201, 202, 204] });
  await discard(answer);
  return { session: { ...session, location: await locationOf(target, answer, session) }, told: offsetOf(answer) };
}

export interface Part {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly body: () => ByteSource;
  /** The same bytes where they lie in a file. */
  readonly file?: Outgoing['file'];
}

/** Closes a session: with the whole blob, or empty-handed behind chunks. distribution-spec "POST then PUT". */
export async function commitSession(target: UploadTarget, session: Session, part: Part | undefined, { signal }: CallOptions): Promise<void> {
  const answer = await target.client.send({
    ...uploadCall(target, 'PUT', withDigest(session.location, target.descriptor.digest), signal),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(part ? part.to - part.from : 0) },
    ...(part && { body: part.body, file: part.file }),
    expect: [201, 202, 204],
    answerTimeout: target.client.network.timeouts.commit,
  });
  await discard(answer);
}

/** How far a broken session got. distribution-spec "Pushing a blob in chunks", the status request. */
export async function sessionStatus(target: UploadTarget, session: Session, { signal }: CallOptions): Promise<{ session: Session; told: number | undefined }> {
  const answer = await target.client.send({ ...uploadCall(target, 'GET', session.location, signal), expect: [204, 202] });
  await discard(answer);
  return { session: { ...session, location: await locationOf(target, answer, session) }, told: offsetOf(answer) };
}

/** Tells the registry that it can forget the session; whether it listens is its own matter. */
export async function cancelSession(target: UploadTarget, session: Session): Promise<void> {
  const call = uploadCall(target, 'DELETE', session.location, AbortSignal.timeout(cancelTimeout));
  await target.client.send({ ...call, expect: [200, 202, 204, 404] }).then(discard, () => {});
}

function uploadCall({ repository, client, descriptor }: UploadTarget, method: Call['method'], target: string | URL, signal: AbortSignal): Omit<Call, 'expect'> & { scopes: readonly Scope[] } {
  const missing: ProblemCode = method === 'POST' ? 'repository-unknown' : 'upload-invalid';
  return {
    method,
    target,
    scopes: [pushScope(repository)],
    purpose: { action: `upload ${descriptor.digest} to ${repository}`, missing, upload: true },
    signal,
    answerTimeout: client.network.timeouts.answer,
    ...(method === 'POST' && { headers: { 'content-length': '0' } }),
  };
}

async function locationOf({ client }: UploadTarget, answer: Answer, session?: Session): Promise<URL> {
  const location = answer.header('location');
  if (location !== undefined) return client.locate(answer, location);
  if (session) return session.location;
  throw missingLocation(client.host);
}

const missingLocation = (host: string): ProblemError => answerInvalid(`${host}'s answer to an upload`, 'it does not say where the data should go');

/** `Range: 0-99` means that 100 bytes are there; `0-0` one byte or none, which counts as none. */
function offsetOf(answer: Answer): number | undefined {
  const match = /^(?:bytes=)?0-(\d+)$/.exec(answer.header('range') ?? '');
  const last = Number(match?.[1] ?? 0);
  return last === 0 ? undefined : last + 1;
}
