import { afterEach } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import type { Connection, Credentials } from '../../../main/registry/connection.js';
import { openRegistry, type Registry } from '../../../main/registry/registry.js';
import type { Wire } from '../../../main/registry/wire/wire.js';
import type { Descriptor } from '../../../shared/descriptor.js';
import { isProblem, type Problem } from '../../../shared/errors.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../../fake/registry.js';

/** Fails fast: three attempts, next to no waiting. */
export const shortRetry = { attempts: 3, firstWait: 1, longestWait: 5 } as const;

/** A connection to a fake registry on loopback. */
export function connectionTo(host: string, more: Partial<Connection> = {}): Connection {
  return { host, plainHttp: true, trust: { certificates: [] }, retry: shortRetry, ...more };
}

export const password = (username: string, secret: string) => (): Promise<Credentials> => Promise.resolve({ kind: 'password', username, password: secret });

/** A signal for tests that cancel nothing. */
export const never = new AbortController().signal;

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await collect(source));
}

/** A body factory over bytes in memory, in pieces. */
export const bodyOf = (bytes: Uint8Array, piece = 64 * 1024) => async (offset: number): Promise<AsyncIterable<Uint8Array>> =>
  (async function* () {
    for (let at = offset; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  })();

export interface Pair {
  readonly fake: FakeRegistry;
  readonly registry: Registry;
}

/** Starts fake registries with a registry client each, and closes all behind the test. */
export function useFakes(): { start(options?: FakeOptions, more?: Partial<Connection>, wire?: Wire): Promise<Pair>; open(connection: Connection, wire?: Wire): Registry; defer(close: () => Promise<unknown>): void } {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const open = (connection: Connection, wire?: Wire): Registry => {
    const registry = openRegistry(connection, wire);
    closing.push(() => registry.close());
    return registry;
  };
  return {
    open,
    defer: (close) => void closing.push(close),
    async start(options = {}, more = {}, wire) {
      const fake = await startFakeRegistry(options);
      closing.push(() => fake.close());
      return { fake, registry: open(connectionTo(fake.host, { plainHttp: options.tls === undefined, ...more }), wire) };
    },
  };
}

export const blobOf = (bytes: Uint8Array): Descriptor => ({ mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length });

/** The problem that a promise is rejected with. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isProblem(error)) return error.problem;
  throw new Error('rejected with no problem', { cause: error });
}
