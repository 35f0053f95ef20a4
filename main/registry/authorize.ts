import { ProblemError } from '../../shared/errors.js';
import { alienAnswer, answerProblem, isHtml, type Asker } from './answers.js';
import { parseChallenges, type Challenge } from './challenge.js';
import type { Credentials } from './connection.js';
import type { Answer } from './exchange.js';
import { httpsInsteadOfHttp } from './failures.js';
import type { Network } from './network.js';
import { discard } from './reading.js';
import type { RealmRules } from './realm.js';
import { follow } from './redirects.js';
import { covers, mergeScopes, type Scope } from './scope.js';
import { share } from './share.js';
import type { Token } from './token.js';
import { basic, requestToken, secretsOf } from './token-service.js';
import { unlessAborted } from './unless-aborted.js';
import { pingPath } from './urls.js';

/** What a registry says of itself before anything is asked of it. */
export interface Greeting {
  /** `Docker-Distribution-Api-Version`, when it sends it. */
  readonly version?: string;
  readonly challenges: readonly Challenge[];
}

interface CachedToken {
  readonly key: string;
  readonly scopes: readonly Scope[];
  readonly token: Promise<Token>;
  /** Absent while it is under way, so that everybody waits for the one request. */
  arrived?: Token;
}

/** Signs requests in: knows how this registry wants it and keeps what it gave. */
export class Authorizer {
  readonly #network: Network;
  readonly #rules: RealmRules;
  readonly #greeting = share(() => this.#ask(this.#network.closed));
  readonly #basic = share(() => this.#load().then((credentials) => credentials && basic(credentials)));
  #challenge: Challenge | undefined;
  #tokens: CachedToken[] = [];
  #credentials: Credentials | undefined;

  constructor(network: Network, rules: RealmRules) {
    this.#network = network;
    this.#rules = rules;
  }

  get asker(): Asker {
    const { host, base } = this.#rules;
    const signedIn = !this.#credentials ? 'no' : this.#challenge?.scheme === 'bearer' ? 'token' : 'password';
    const tokens = this.#tokens.flatMap(({ arrived }) => arrived?.value ?? []);
    return { host, origin: base.origin, signedIn, secrets: [...secretsOf(this.#credentials), ...tokens] };
  }

  get scheme(): 'none' | 'basic' | 'bearer' {
    return (this.#challenge?.scheme as 'basic' | 'bearer' | undefined) ?? 'none';
  }

  /**
   * Asks `/v2/` without credentials, once. distribution-spec "Determining Support".
   * @throws ProblemError `not-a-registry` and what the layers below throw
   */
  greet(signal: AbortSignal): Promise<Greeting> {
    return unlessAborted(this.#greeting.get(), signal);
  }

  /** The `Authorization` header for a request that needs these scopes; undefined where none is wanted. */
  async header(scopes: readonly Scope[], signal: AbortSignal): Promise<string | undefined> {
    await this.greet(signal);
    return this.#sign(scopes, signal);
  }

  /**
   * After a 401: forgets what was refused and tries what the answer asks for.
   * @param used the header that was refused
   * @returns a header that is worth one more try, or undefined
   */
  async renew(answer: Answer, scopes: readonly Scope[], used: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    const offered = choose(parseChallenges(answer.headers('www-authenticate')));
    // Harbor answers a token without the right by "Basic": a refusal, and no reason to send the password from now on.
    const refused = offered?.scheme === 'basic' && used?.startsWith('Bearer ');
    const challenge = (refused ? undefined : offered) ?? this.#challenge;
    if (!challenge) return undefined;
    this.#challenge = challenge;
    this.#basic.forget();
    this.#tokens = this.#tokens.filter(({ arrived }) => !arrived || used !== `Bearer ${arrived.value}`);
    const asked = challenge.parameters['scope']?.split(' ').filter(Boolean) ?? [];
    const renewed = await this.#sign(mergeScopes([...asked, ...scopes]), signal);
    return renewed === used ? undefined : renewed;
  }

  async #ask(signal: AbortSignal): Promise<Greeting> {
    const url = new URL(pingPath(), this.#rules.base);
    const answer = await follow(this.#network, { method: 'GET', url, headers: {}, signal, reach: 'any' }, this.#rules);
    const purpose = { action: 'greet the registry', missing: 'not-a-registry' } as const;
    const version = answer.header('docker-distribution-api-version');
    const challenges = answer.status === 401 ? parseChallenges(answer.headers('www-authenticate')) : [];
    if (answer.status !== 200 && answer.status !== 401) throw await answerProblem(this.#network, answer, purpose, this.asker, signal);
    await discard(answer);
    // Followed, every further request would lose its credentials on the way.
    if (this.#rules.base.protocol === 'http:' && answer.url.protocol === 'https:' && answer.url.hostname === this.#rules.base.hostname) throw httpsInsteadOfHttp(this.#rules.host);
    if (isHtml(answer) && challenges.length === 0) throw alienAnswer(answer, purpose, this.asker);
    this.#challenge = choose(challenges);
    if (answer.status === 401 && !this.#challenge) throw this.#unknownSchemes(challenges);
    return { challenges, ...(version !== undefined && { version }) };
  }

  async #sign(scopes: readonly Scope[], signal: AbortSignal): Promise<string | undefined> {
    if (!this.#challenge) return undefined;
    if (this.#challenge.scheme === 'bearer') return `Bearer ${(await unlessAborted(this.#token(this.#challenge, scopes), signal)).value}`;
    return unlessAborted(this.#basic.get(), signal);
  }

  async #load(): Promise<Credentials | undefined> {
    this.#credentials = await this.#network.connection.credentials?.();
    return this.#credentials;
  }

  /** One request at a time for the same scopes, and none while a token that covers them is fresh. */
  #token(challenge: Challenge, scopes: readonly Scope[]): Promise<Token> {
    const { realm, service } = challenge.parameters;
    const key = JSON.stringify([realm, service]);
    const now = Date.now();
    this.#tokens = this.#tokens.filter(({ arrived }) => !arrived || arrived.refreshAt > now);
    const held = this.#tokens.find((entry) => entry.key === key && covers(entry.scopes, scopes) && (scopes.length > 0 || entry.scopes.length === 0));
    if (held) return held.token;
    const wanted = mergeScopes(scopes);
    const entry: CachedToken = { key, scopes: wanted, token: this.#fetch(realm, service, wanted) };
    this.#tokens.push(entry);
    entry.token.then(
      (token) => (entry.arrived = token),
      () => (this.#tokens = this.#tokens.filter((other) => other !== entry)),
    );
    return entry.token;
  }

  async #fetch(realm: string | undefined, service: string | undefined, scopes: readonly Scope[]): Promise<Token> {
    const url = URL.canParse(realm ?? '', this.#rules.base.href) ? new URL(realm ?? '', this.#rules.base) : undefined;
    if (realm === undefined || !url) {
      throw new ProblemError('answer-invalid', {
        message: `${this.#rules.host} asks for a token without saying where to get it.`,
        next: 'Report this to whoever runs the registry.',
      });
    }
    return requestToken(this.#network, { realm: url, service, scopes, credentials: await this.#load() }, this.#rules, this.#network.closed);
  }

  #unknownSchemes(challenges: readonly Challenge[]): ProblemError {
    const { host } = this.#rules;
    const offered = challenges.map(({ scheme }) => scheme).join(', ');
    return new ProblemError(offered === '' ? 'not-a-registry' : 'not-supported', {
      message: offered === '' ? `${host} wants a sign-in and does not say how: it is no container registry.` : `${host} offers only ways to sign in that Longshore does not know: ${offered}.`,
      next: offered === '' ? 'Check the address.' : 'Ask whoever runs the registry for a robot or access token with Basic or Bearer sign-in.',
    });
  }
}

/** Bearer before Basic: its tokens say what they are for. Negotiate and others stand beside them in company networks. */
function choose(challenges: readonly Challenge[]): Challenge | undefined {
  return challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters['realm'] !== undefined) ?? challenges.find(({ scheme }) => scheme === 'basic');
}
