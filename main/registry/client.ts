import type { ByteSource } from '../../shared/byte-source.js';
import type { ProblemError } from '../../shared/errors.js';
import type { HostTraffic } from '../stores/host-traffic.js';
import { withRetry } from '../stores/retry.js';
import type { OnRetry } from '../stores/store.js';
import { trafficWith } from '../stores/traffic.js';
import { alienAnswer, answerProblem, isHtml, type Purpose } from './answers.js';
import { Authorizer } from './authorize.js';
import type { Connection } from './connection.js';
import type { Answer, Method, Outgoing } from './exchange.js';
import { openNetwork, type Network } from './network.js';
import { isPrivateName, resolvesToPrivate } from './private-address.js';
import { baseUrl, profileOf, type Profile } from './profiles.js';
import { discard, readLimited } from './reading.js';
import type { RealmRules } from './realm.js';
import { follow, nextHop, sentOn } from './redirects.js';
import type { Scope } from './scope.js';
import { unlessAborted } from './unless-aborted.js';
import type { BlobReceiver } from './wire/blob-receiver.js';
import type { Wire } from './wire/wire.js';

/** One request in terms of the protocol. */
export interface Call {
  readonly method: Method;
  /** A path at the registry, or a Location that it gave and that {@link RegistryClient.locate} let pass. */
  readonly target: string | URL;
  readonly scopes: readonly Scope[];
  readonly purpose: Purpose;
  readonly signal: AbortSignal;
  readonly onRetry?: OnRetry | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: () => ByteSource | Uint8Array;
  /** The same body, where it lies in a file: threads send it from there. */
  readonly file?: Outgoing['file'];
  /** Where the answer's body is to go: a thread receives it, where it can. */
  readonly receiver?: BlobReceiver;
  /** Statuses that the caller understands; any other becomes a problem. */
  readonly expect: readonly number[];
  /** The answer is content, which may be a web page for all we know. */
  readonly content?: boolean;
  readonly answerTimeout?: number;
}

/** Speaks to one registry as one account: signs in, follows, and turns refusals into problems. */
export class RegistryClient {
  readonly host: string;
  readonly profile: Profile;
  readonly network: Network;
  readonly base: URL;
  readonly traffic: HostTraffic;
  /** The largest request body that this registry, and the proxies before it, are known to take: learned from 413. */
  largestRequest = Infinity;
  #authorizer: Promise<Authorizer> | undefined;
  #rules: Promise<RealmRules> | undefined;

  constructor(connection: Connection, wire?: Wire) {
    this.host = connection.host;
    this.profile = { ...profileOf(connection.host), ...connection.uploads };
    this.base = baseUrl(connection);
    this.traffic = trafficWith(this.host, this.profile.connections);
    this.network = openNetwork(connection, wire);
  }

  /** A Location of an answer, if one may go there. */
  async locate(answer: Answer, location: string): Promise<URL> {
    return nextHop(answer.url, location, await this.rules());
  }

  /** One attempt; a 401 is answered once with fresh credentials. The caller reads or discards the body. */
  async send(call: Call): Promise<Answer> {
    const { scopes, signal } = call;
    const authorizer = await unlessAborted(this.authorizer(), signal);
    const authorization = await authorizer.header(scopes, signal);
    let answer = await this.#follow(call, authorization);
    if (answer.status === 401 && answer.url.origin === this.base.origin) {
      const renewed = await authorizer.renew(answer, scopes, authorization, signal);
      if (renewed !== undefined) {
        await discard(answer);
        answer = await this.#follow(call, renewed);
      }
    }
    if (answer.status === 429 || answer.status === 503) this.traffic.press();
    if (!call.expect.includes(answer.status)) answer.waiting?.drop();
    if (!call.expect.includes(answer.status)) throw await answerProblem(this.network, answer, call.purpose, authorizer.asker, signal);
    if (!call.content && isHtml(answer)) {
      await discard(answer);
      throw alienAnswer(answer, call.purpose, authorizer.asker);
    }
    return answer;
  }

  /** Sends and reads, again and again as the retry policy allows. */
  ask<T>(call: Call, read: (answer: Answer) => Promise<T>): Promise<T> {
    return withRetry(async () => read(await this.send(call)), { signal: call.signal, policy: this.network.connection.retry, onRetry: call.onRetry });
  }

  /**
   * Reads a body whole.
   * @param tooLarge made when it has more than `limit` bytes
   */
  async read(answer: Answer, limit: number, signal: AbortSignal, tooLarge: () => ProblemError): Promise<Buffer> {
    const bytes = await readLimited(this.network, answer, limit, signal);
    if (!bytes) throw tooLarge();
    return bytes;
  }

  authorizer(): Promise<Authorizer> {
    return (this.#authorizer ??= this.rules().then((rules) => new Authorizer(this.network, rules)));
  }

  /** Whether the registry stands on a private network is looked up once; behind a proxy its name must tell. */
  rules(): Promise<RealmRules> {
    const { connection } = this.network;
    const lookedUp = connection.proxy === undefined && connection.connectTo === undefined;
    return (this.#rules ??= (lookedUp ? resolvesToPrivate(this.base.hostname) : Promise.resolve(isPrivateName(this.base.hostname))).then((privateAllowed) => ({
      base: this.base,
      host: this.host,
      agreed: [...this.profile.realms, ...(connection.realms ?? [])],
      privateAllowed,
    })));
  }

  close(): Promise<void> {
    return this.network.close();
  }

  async #follow(call: Call, authorization: string | undefined): Promise<Answer> {
    const rules = await this.rules();
    const url = new URL(call.target, this.base);
    const request = {
      method: call.method,
      url,
      headers: { ...call.headers, ...(authorization !== undefined && { authorization }) },
      body: call.body,
      file: call.file,
      receiver: call.receiver,
      signal: call.signal,
      answerTimeout: call.answerTimeout,
    };
    return follow(this.network, sentOn({ ...request, reach: 'any' }, url, this.base, rules), rules);
  }
}
