import { errorReply, json, reply, type Recorded, type Reply } from './reply.js';

export interface SignIn {
  readonly scheme: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** Taken in the POST of a token request. */
  readonly identityToken?: string;
  /** Pulling needs no credentials, only (with `bearer`) an anonymous token. */
  readonly anonymousPull?: boolean;
  /** `expires_in` of the tokens. */
  readonly seconds?: number;
  /** Where the challenge sends the client; the fake's own `/token` when absent. */
  readonly realm?: string;
  /** The token service knows GET alone. */
  readonly onlyGet?: boolean;
}

/** Challenges, and the token service at `/token`. */
export class Gate {
  readonly #signIn: SignIn;
  readonly #tokens = new Map<string, readonly string[]>();
  readonly #origin: () => string;

  constructor(signIn: SignIn, origin: () => string) {
    this.#signIn = signIn;
    this.#origin = origin;
  }

  /** Forgets all tokens, as a restart of the token service does. */
  revoke(): void {
    this.#tokens.clear();
  }

  /** The token service's answer, or the refusal of a request, or undefined: it may pass. */
  check(request: Recorded): Reply | undefined {
    const url = new URL(request.path, 'http://registry');
    if (url.pathname === '/token') return this.#issue(request, url);
    const needed = scopeOf(request, url);
    if (this.#signIn.scheme === 'basic') return this.#password(request) || (needed?.endsWith(':pull') && this.#signIn.anonymousPull) ? undefined : this.#challenge();
    const granted = this.#tokens.get(request.headers['authorization']?.replace(/^Bearer /, '') ?? '');
    if (!granted) return this.#challenge(needed);
    return needed === undefined || needed.split('&').every((one) => allows(granted, one)) ? undefined : this.#challenge(needed, 'insufficient_scope');
  }

  #challenge(scope?: string, error?: string): Reply {
    const bearer = [
      `Bearer realm="${this.#signIn.realm ?? `${this.#origin()}/token`}"`,
      'service="fake"',
      ...(scope === undefined ? [] : [`scope="${scope.replaceAll('&', ' ')}"`]),
      ...(error === undefined ? [] : [`error="${error}"`]),
    ].join(',');
    return errorReply(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': this.#signIn.scheme === 'basic' ? 'Basic realm="fake"' : bearer });
  }

  #issue(request: Recorded, url: URL): Reply {
    const form = new URLSearchParams(request.body.toString());
    if (request.method === 'POST' && this.#signIn.onlyGet) return reply(404);
    const known = request.method === 'POST' ? form.get('refresh_token') === this.#signIn.identityToken : this.#password(request);
    if (!known && request.headers['authorization'] !== undefined) return errorReply(401, 'UNAUTHORIZED', 'incorrect username or password');
    if (!known && request.method === 'POST') return json(400, { error: 'invalid_grant' });
    const scopes = (request.method === 'POST' ? form.get('scope')?.split(' ') : url.searchParams.getAll('scope')) ?? [];
    const granted = known ? scopes : this.#signIn.anonymousPull ? scopes.map((scope) => scope.replace(/:[^:]*$/, ':pull')) : [];
    const token = `token-${this.#tokens.size + 1}-${Math.random().toString(36).slice(2)}`;
    this.#tokens.set(token, granted);
    return json(200, { token, ...(this.#signIn.seconds !== undefined && { expires_in: this.#signIn.seconds }) });
  }

  #password({ headers }: Recorded): boolean {
    const { username, password, identityToken } = this.#signIn;
    const pairs = [`${username}:${password}`, ...(identityToken === undefined ? [] : [`<token>:${identityToken}`])];
    return pairs.some((pair) => headers['authorization'] === `Basic ${Buffer.from(pair).toString('base64')}`);
  }
}

/** What a request needs; several joined with `&`. */
function scopeOf({ method }: Recorded, url: URL): string | undefined {
  if (url.pathname === '/v2/_catalog') return 'registry:catalog:*';
  const name = /^\/v2\/(.+)\/(?:tags|manifests|blobs|referrers)\//.exec(url.pathname)?.[1]?.replace(/\/blobs$/, '');
  if (name === undefined) return undefined;
  const action = method === 'DELETE' && url.pathname.includes('/manifests/') ? 'delete' : ['GET', 'HEAD'].includes(method) ? 'pull' : 'push';
  const from = url.searchParams.get('from');
  return [`repository:${name}:${action}`, ...(from === null ? [] : [`repository:${from}:pull`])].join('&');
}

function allows(granted: readonly string[], needed: string): boolean {
  const [resource, action] = [needed.replace(/:[^:]*$/, ''), needed.replace(/^.*:/, '')];
  return granted.some((scope) => scope.startsWith(`${resource}:`) && scope.replace(/^.*:/, '').split(',').includes(action));
}
