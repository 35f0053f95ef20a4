import { parseAddress, type Address } from '../../shared/address.js';
import { exitCodes, isProblem, ProblemError } from '../../shared/errors.js';
import type { AccountDraft, Secrets } from '../accounts/accounts.js';
import { described } from './accounts.js';
import { askLine } from './ask-line.js';
import type { Context } from './context.js';
import { readPassword } from './read-password.js';
import { spoken } from './spoken.js';
import { defineVerb, firstWord } from './verb.js';

interface LoginOptions {
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly tokenStdin?: boolean;
  readonly ca?: string;
  readonly name?: string;
  readonly expires?: string;
  readonly pin?: string;
  readonly allowRealm?: readonly string[];
  readonly proxy?: string;
  readonly plainHttp?: boolean;
}

export const login = defineVerb<LoginOptions>({
  name: 'login',
  summary: 'Add an account, or renew its secret',
  parameters: '<host>',
  options: [
    { flags: '-u, --username <user>', description: 'user, robot account or access key; without it the account is anonymous' },
    { flags: '--password-stdin', description: 'read the password from standard input' },
    { flags: '--token-stdin', description: 'read an identity token from standard input' },
    { flags: '--ca <file>', description: "certificate of the company's authority, copied into the account" },
    { flags: '--name <account>', description: 'what you call it, where several share a host' },
    { flags: '--expires <date>', description: 'when the secret ends, such as 2027-01-31; read from tokens that say it' },
    { flags: '--pin <fingerprint>', description: 'accept the one certificate with this SHA-256 fingerprint' },
    { flags: '--allow-realm <origin...>', description: 'token services on other sites that may be sent the password' },
    { flags: '--proxy <url>', description: 'proxy of this account; its password is read from LONGSHORE_PROXY_PASSWORD' },
  ],
  example: 'longshore login harbor.example.com -u "robot$team+ci" --password-stdin --expires 2027-01-31 < secret.txt',
  remarks: 'The secret goes into the keychain. Scripts on machines without one set LONGSHORE_USERNAME and LONGSHORE_PASSWORD, or use --credential-file.',
  async run(context, words, options) {
    const { signIn } = await import('../accounts/sign-in.js');
    const address = parseAddress(firstWord(words));
    const { draft, secrets } = await readDraft(context, address, options);
    const accounts = await context.accounts();
    const { account, sessionOnly, ping } = await signIn(draft, secrets, { accounts, signal: context.signal, namedPlainHttp: address.plainHttp, onNotice: context.output.notice }).catch((error: unknown) => {
      throw nameTheUser(error, draft);
    });
    const stored = sessionOnly === undefined;
    if (sessionOnly) {
      context.output.notice(`warning: the account was saved, but not its secret: ${sessionOnly.message}\n  ${spoken(sessionOnly).next}`);
      context.output.exitCode = exitCodes[sessionOnly.layer];
    }
    const how = ping.signedIn ? `as ${account.username ?? 'the owner of the token'}` : 'without signing in';
    context.output.result({ account: described(account), signedIn: ping.signedIn, secretStored: stored && ping.signedIn }, () => [`${account.name}: connected to ${account.host} ${how}.`]);
  },
});

async function readDraft(context: Context, { host }: Address, options: LoginOptions): Promise<{ draft: AccountDraft; secrets: Secrets }> {
  const username = options.username ?? (options.tokenStdin ? undefined : await askUsername(context));
  const kind = options.tokenStdin ? 'token' : username === undefined ? 'anonymous' : 'password';
  if (kind === 'anonymous' && options.passwordStdin) throw misused('--password-stdin needs a user.', 'Name it with -u USER.');
  if (options.passwordStdin && options.tokenStdin) throw misused('Standard input holds a password or a token, not both.', 'Choose one of --password-stdin and --token-stdin.');
  const secret = kind === 'anonymous' ? undefined : await readPassword(context, { passwordStdin: options.passwordStdin === true || options.tokenStdin === true });
  const { parseProxy } = await import('../accounts/proxy.js');
  const { readCertificates } = await import('../accounts/pem.js');
  const proxy = options.proxy === undefined ? undefined : parseProxy(options.proxy, '--proxy');
  if (proxy?.password !== undefined) throw misused('A password in --proxy can be read by everybody on this machine.', 'Leave it out and set LONGSHORE_PROXY_PASSWORD.');
  const proxyPassword = process.env['LONGSHORE_PROXY_PASSWORD'];
  return {
    draft: {
      host,
      kind,
      plainHttp: options.plainHttp === true,
      ...(username !== undefined && { username }),
      ...(options.name !== undefined && { name: options.name }),
      ...(options.ca !== undefined && { certificates: await readCertificates(options.ca) }),
      ...(options.pin !== undefined && { pinned: options.pin.toUpperCase() }),
      ...(options.allowRealm && { realms: [...options.allowRealm] }),
      ...(options.expires !== undefined && { expires: { at: parseDate(options.expires), from: 'typed' as const } }),
      ...(proxy && { proxy: { url: proxy.url, ...(proxy.username !== undefined && { username: proxy.username }) } }),
    },
    secrets: { ...(secret !== undefined && { secret }), ...(proxy && proxyPassword && { proxyPassword }) },
  };
}

/** On a terminal the person is asked, as `docker login` does; an empty answer means anonymous. */
async function askUsername(context: Context): Promise<string | undefined> {
  if (!context.output.streams.stdin.isTTY) return undefined;
  const answer = await askLine(context, 'User (empty for none): ');
  if (answer === undefined) throw misused('Nobody said which user.', 'Name it with -u USER, or answer with an empty line for none.');
  return answer.trim() || undefined;
}

/** Whoever reads this is at `login` already. */
function nameTheUser(error: unknown, { host, kind }: AccountDraft): unknown {
  if (kind !== 'anonymous' || !isProblem(error, 'credentials-required')) return error;
  const { message, detail } = error.problem;
  return new ProblemError('credentials-required', { message, next: `Name the user: longshore login ${host} -u USER.`, detail, cause: error });
}

/** A day alone means its end. */
function parseDate(text: string): string {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(date.getTime())) throw misused(`${JSON.stringify(text)} is not a date.`, 'Write it as 2027-01-31.');
  return date.toISOString();
}

function misused(message: string, next: string): ProblemError {
  return new ProblemError('usage-invalid', { message, next });
}
