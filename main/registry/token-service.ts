import { ProblemError } from '../../shared/errors.js';
import { answerProblem } from './answers.js';
import type { Credentials } from './connection.js';
import { exchange, type Answer, type Method } from './exchange.js';
import type { Network } from './network.js';
import { discard, readLimited } from './reading.js';
import { checkRealm, type RealmRules } from './realm.js';
import type { Scope } from './scope.js';
import { parseToken, tokenInvalid, type Token } from './token.js';

/** A JWT that lists many repositories has some KiB; more than this is no token. */
const maxAnswerBytes = 128 * 1024;

export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly Scope[];
  /** Undefined: anonymous. */
  readonly credentials: Credentials | undefined;
}

/**
 * Asks a token service. A password goes in a GET with Basic, an identity token in a POST; where there is no POST
 * (GCR and others: 404), in a GET again. distribution, "Token Authentication Specification" and "OAuth2 Token Authentication".
 * @throws ProblemError `realm-refused`, `credentials-rejected`, `credentials-required`, `token-invalid`, …
 */
export async function requestToken(network: Network, request: TokenRequest, rules: RealmRules, signal: AbortSignal): Promise<Token> {
  const { realm, credentials } = request;
  checkRealm(realm, credentials !== undefined, rules);
  let answer = credentials?.kind === 'token' ? await ask(network, request, rules, signal, 'POST') : undefined;
  if (!answer || answer.status === 404 || answer.status === 405) {
    if (answer) await discard(answer);
    answer = await ask(network, request, rules, signal, 'GET');
  }
  if (answer.status >= 300 && answer.status < 400) {
    await discard(answer);
    throw tokenInvalid(realm, 'it sends us on, which is not followed with a password in hand');
  }
  if (answer.status !== 200) throw await refusal(network, answer, request, rules, signal);
  const body = await readLimited(network, answer, maxAnswerBytes, signal);
  if (!body) throw tokenInvalid(realm, `its answer has more than ${maxAnswerBytes / 1024} KiB`);
  return parseToken(body, realm, Date.now());
}

function ask(network: Network, { realm, service, scopes, credentials }: TokenRequest, { privateAllowed, base }: RealmRules, signal: AbortSignal, method: Method): Promise<Answer> {
  const reach = privateAllowed || realm.origin === base.origin ? 'any' : 'public';
  const accept = { accept: 'application/json' };
  if (method === 'POST' && credentials?.kind === 'token') {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'longshore', refresh_token: credentials.token });
    if (service !== undefined) form.set('service', service);
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    const body = Buffer.from(form.toString());
    return exchange(network, { method, url: realm, headers: { ...accept, 'content-type': 'application/x-www-form-urlencoded' }, body: () => body, signal, reach });
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.append('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  url.searchParams.append('client_id', 'longshore');
  if (credentials?.kind === 'password') url.searchParams.append('account', credentials.username);
  const headers = { ...accept, ...(credentials && { authorization: basic(credentials) }) };
  return exchange(network, { method: 'GET', url, headers, signal, reach });
}

/** `Authorization` for credentials as they are. Docker calls the user of an identity token `<token>`. RFC 7617. */
export function basic(credentials: Credentials): string {
  const pair = credentials.kind === 'password' ? `${credentials.username}:${credentials.password}` : `<token>:${credentials.token}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** What could be read back out of an answer that repeats what it was sent. */
export function secretsOf(credentials: Credentials | undefined): string[] {
  if (!credentials) return [];
  return [credentials.kind === 'password' ? credentials.password : credentials.token, basic(credentials).slice('Basic '.length)];
}

async function refusal(network: Network, answer: Answer, { credentials, realm }: TokenRequest, { host }: RealmRules, signal: AbortSignal): Promise<ProblemError> {
  const asker = { host, origin: realm.origin, signedIn: credentials ? 'password' : 'no', secrets: secretsOf(credentials) } as const;
  const purpose = { action: realm.host === host ? 'sign in' : `sign in through ${realm.host}`, missing: 'token-invalid' } as const;
  const problem = await answerProblem(network, answer, purpose, asker, signal);
  // OAuth 2 says 400 invalid_grant for a wrong refresh token, some services 403 for a wrong password.
  const rejected = credentials && (answer.status === 403 || (answer.status === 400 && /invalid_(?:grant|client)|unauthorized/.test(problem.problem.detail ?? '')));
  if (!rejected) return problem;
  return new ProblemError('credentials-rejected', {
    message: `Could not ${purpose.action} at ${host}: it does not accept the user name and password.`,
    next: 'Sign in anew with another secret; an expired token or a changed password looks like this.',
    command: `Sign in anew with \`longshore login ${host}\`; an expired token or a changed password looks like this.`,
    detail: problem.problem.detail,
  });
}
