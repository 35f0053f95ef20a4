import { isProblem, ProblemError } from '../../shared/errors.js';
import { isRepository, isTag } from '../../shared/reference.js';
import { withRetry } from '../stores/retry.js';
import type { CallOptions } from '../stores/store.js';
import { RegistryClient } from './client.js';
import type { Connection } from './connection.js';
import { listNames } from './list-names.js';
import { deleteManifest } from './manifests.js';
import type { Profile } from './profiles.js';
import { discard } from './reading.js';
import { RepositoryStore } from './repository-store.js';
import { catalogScope, pullScope } from './scope.js';
import { catalogPath, pingPath, tagsPath } from './urls.js';
import type { Wire } from './wire/wire.js';

/** What a registry says to a greeting. */
export interface Ping {
  /** `Docker-Distribution-Api-Version`, such as `registry/2.0`. */
  readonly version?: string;
  readonly scheme: 'none' | 'basic' | 'bearer';
  /** The credentials were taken. A registry that asks nobody for any is `anonymous`. */
  readonly signedIn: boolean;
}

/** A registry at the far end of a connection. */
export interface Registry {
  /** As in references. */
  readonly host: string;
  readonly profile: Profile;
  /**
   * Asks whether it is a registry and whether it takes the credentials.
   * @throws ProblemError `not-a-registry`, `credentials-rejected`, `credentials-required`, and what the network fails with
   */
  ping(options: CallOptions): Promise<Ping>;
  /** Names of repositories. @throws ProblemError `not-supported` where they cannot be listed */
  repositories(options: CallOptions): AsyncIterable<string>;
  /** Tags of a repository, in the registry's order, each once. @throws ProblemError `repository-unknown` */
  tags(repository: string, options: CallOptions): AsyncIterable<string>;
  /** Deletes by digest, with all its tags, or one tag where the registry knows that. @throws ProblemError `not-supported`, `manifest-unknown` */
  deleteManifest(repository: string, reference: string, options: CallOptions): Promise<void>;
  /** The same one for as long as it is asked for more often than others. */
  repository(name: string): RepositoryStore;
  /** Ends all sockets at once. */
  close(): Promise<void>;
}

/** A page, its dialog and the plans of that look at the same few repositories, and each store keeps what it has read. */
const mostStores = 4;

/** @param wire threads that move its blobs; without them this one does */
export function openRegistry(connection: Connection, wire?: Wire): Registry {
  const client = new RegistryClient(connection, wire);
  const { host, profile } = client;
  const full = (name: string): string => (profile.namespace === undefined || name.includes('/') ? name : `${profile.namespace}/${name}`);
  const stores = new Map<string, RepositoryStore>();
  const keep = (repository: string): RepositoryStore => {
    const store = stores.get(repository) ?? new RepositoryStore(client, repository);
    stores.delete(repository);
    stores.set(repository, store);
    for (const oldest of stores.keys()) if (stores.size > mostStores) stores.delete(oldest);
    return store;
  };
  return {
    host,
    profile,
    ping: (options) => ping(client, options),
    repositories: (options) => repositories(client, options),
    tags: (name, { signal }) => {
      const repository = full(name);
      const purpose = { action: `list the tags of ${repository}`, missing: 'repository-unknown' } as const;
      return listNames(client, { first: tagsPath(repository, profile.pageSize), member: 'tags', accepts: isTag, scopes: [pullScope(repository)], purpose, signal });
    },
    async deleteManifest(repository, reference, options) {
      stores.delete(full(repository));
      await deleteManifest(client, full(repository), reference, options);
    },
    repository: (name) => keep(full(name)),
    close: () => client.close(),
  };
}

async function ping(client: RegistryClient, { signal }: CallOptions): Promise<Ping> {
  const authorizer = await client.authorizer();
  const greeting = await withRetry(() => authorizer.greet(signal), { signal, policy: client.network.connection.retry });
  const said = greeting.version !== undefined && { version: greeting.version };
  if (authorizer.scheme === 'none') return { scheme: 'none', signedIn: false, ...said };
  const purpose = { action: 'sign in', missing: 'not-a-registry' } as const;
  await client.ask({ method: 'GET', target: pingPath(), scopes: [], purpose, signal, expect: [200] }, discard);
  return { scheme: authorizer.scheme, signedIn: authorizer.asker.signedIn !== 'no', ...said };
}

async function* repositories(client: RegistryClient, { signal }: CallOptions): AsyncGenerator<string> {
  const { profile, host } = client;
  if (profile.catalog === 'none') throw notListable(host, `${profile.name} has no list of repositories.`);
  const purpose = { action: 'list the repositories', missing: 'not-supported' } as const;
  const listing = { first: catalogPath(profile.pageSize), member: 'repositories', accepts: isRepository, scopes: [catalogScope], purpose, signal } as const;
  try {
    yield* listNames(client, listing);
  } catch (error) {
    // Most hosted registries keep the list to administrators, and say so in every way there is.
    if (isProblem(error, 'not-supported', 'permission-denied', 'repository-unknown')) throw notListable(host, error.problem.detail);
    throw error;
  }
}

function notListable(host: string, detail: string | undefined): ProblemError {
  return new ProblemError('not-supported', {
    message: `${host} does not list its repositories to this account.`,
    next: 'Pin those that you work with by their names.',
    command: `Pin those that you work with: longshore repos ${host} --pin NAME.`,
    detail,
  });
}
