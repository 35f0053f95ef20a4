import { lookup } from 'node:dns/promises';
import { isProblem, type Problem } from '../../shared/errors.js';
import type { Certificate } from '../registry/certificate.js';
import type { Connection } from '../registry/connection.js';
import { targetOf } from '../registry/dial.js';
import { connectProblem } from '../registry/failures.js';
import { inspectCertificate } from '../registry/inspect-certificate.js';
import { baseUrl } from '../registry/profiles.js';
import { openRegistry, type Registry } from '../registry/registry.js';
import type { RetryPolicy } from '../stores/retry.js';

/** One thing that was looked at, in the order in which a connection comes about. */
export interface CheckStep {
  readonly name: 'name' | 'proxy' | 'certificate' | 'registry' | 'sign-in' | 'repositories';
  readonly state: 'ok' | 'failed' | 'skipped';
  /** What was found, one sentence. */
  readonly message: string;
  /** What to do, where it failed. */
  readonly next?: string;
  readonly problem?: Problem;
}

/** Somebody waits for the answer: once more tells a hiccup from a fault. */
const onceMore: RetryPolicy = { attempts: 2, firstWait: 300, longestWait: 300 };

/** A certificate that ends within this time is worth a word. */
const renewalMilliseconds = 14 * 24 * 60 * 60 * 1000;

/**
 * Looks at everything between here and a registry, step by step, and never throws for what it finds. After a step that
 * the next ones stand on has failed, they are skipped.
 */
export async function* checkConnection(kept: Connection, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const connection = { ...kept, retry: onceMore };
  const url = baseUrl(connection);
  const name = await step('name', () => resolveName(connection, url), signal);
  yield name;
  if (connection.proxy) yield { name: 'proxy', state: 'ok', message: `Goes through ${connection.proxy.url}${connection.proxy.username === undefined ? '' : ` as ${connection.proxy.username}`}.` };
  if (name.state === 'failed') return;
  if (connection.plainHttp) yield { name: 'certificate', state: 'skipped', message: 'Plain http: nothing on the way is protected.' };
  else {
    const certificate = await step('certificate', async () => describe(await inspectCertificate(connection, { verify: true })), signal);
    yield certificate;
    if (certificate.state === 'failed') return;
  }
  const registry = openRegistry(connection);
  try {
    yield* checkRegistry(registry, connection, signal);
  } finally {
    await registry.close();
  }
}

async function* checkRegistry(registry: Registry, connection: Connection, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const anonymous = openRegistry({ ...connection, credentials: () => Promise.resolve(undefined) });
  const greeting = await step('registry', () => greet(anonymous, signal), signal).finally(() => anonymous.close());
  yield greeting;
  if (greeting.state === 'failed') return;
  if (!connection.credentials) yield { name: 'sign-in', state: 'skipped', message: 'No account: everything is asked anonymously.' };
  else {
    const signIn = await step('sign-in', () => trySignIn(registry, signal), signal);
    yield signIn;
    if (signIn.state === 'failed') return;
  }
  yield await step('repositories', () => tryCatalog(registry, signal), signal);
}

async function step(name: CheckStep['name'], look: () => Promise<string>, signal: AbortSignal): Promise<CheckStep> {
  try {
    return { name, state: 'ok', message: await look() };
  } catch (error) {
    signal.throwIfAborted();
    if (!isProblem(error)) throw error;
    const { problem } = error;
    return { name, state: problem.code === 'not-supported' ? 'skipped' : 'failed', message: problem.message, next: problem.next, problem };
  }
}

/** Behind a proxy it is the proxy that looks names up. */
async function resolveName(connection: Connection, url: URL): Promise<string> {
  const { hostname } = url;
  if (connection.proxy) return `${hostname} is looked up by the proxy.`;
  const bare = hostname.replace(/^\[|\]$/g, '');
  try {
    const found = await lookup(bare, { all: true });
    return `${bare} is ${found.map(({ address }) => address).join(', ')}.`;
  } catch (error) {
    throw await connectProblem(error, targetOf(url), connection);
  }
}

function describe({ subject, issuer, validTo, fingerprint }: Certificate): string {
  const left = Date.parse(validTo) - Date.now();
  const soon = left < renewalMilliseconds ? ` It ends in ${Math.max(0, Math.floor(left / 86_400_000))} days.` : '';
  return `Shows the certificate of ${subject}, issued by ${issuer}, valid to ${validTo.slice(0, 10)}, SHA-256 ${fingerprint}.${soon}`;
}

/** A registry that wants a password answers with a challenge, which is as good a greeting as any. */
async function greet(registry: Registry, signal: AbortSignal): Promise<string> {
  try {
    const { version, scheme } = await registry.ping({ signal });
    return `Speaks the OCI distribution protocol${version === undefined ? '' : ` (${version})`}; ${scheme === 'none' ? 'asks nobody to sign in' : `signs in by ${scheme}`}.`;
  } catch (error) {
    if (isProblem(error, 'credentials-required', 'credentials-rejected')) return 'Speaks the OCI distribution protocol and wants a sign-in.';
    throw error;
  }
}

async function trySignIn(registry: Registry, signal: AbortSignal): Promise<string> {
  const { signedIn, scheme } = await registry.ping({ signal });
  return signedIn ? `The credentials were taken (${scheme}).` : 'The registry asks nobody to sign in: the credentials were not tried.';
}

async function tryCatalog(registry: Registry, signal: AbortSignal): Promise<string> {
  for await (const first of registry.repositories({ signal })) return `Lists its repositories, ${first} first.`;
  return 'Lists its repositories: there are none for this account.';
}
