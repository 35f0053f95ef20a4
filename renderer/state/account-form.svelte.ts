import type { AccountDraft, AccountRow, CheckReport, CheckStepRow, KeptAccount } from '../../shared/contract/accounts.js';
import type { Problem } from '../../shared/errors.js';
import { isWithin } from '../../shared/destination.js';
import { isLoopback, parseAddress, type Address } from '../../shared/address.js';
import { problemOf } from '../problem.js';
import { dayOf } from '../time.js';
import { words } from '../words/en.js';
import type { Accounts } from './accounts.svelte.js';

/** Fields whose text is checked; typed secrets are not among them: they stay in their fields until they are sent. */
type Field = 'address' | 'username' | 'secret' | 'expires' | 'proxy';
type Errors = Partial<Record<Field, string>>;

interface Typed {
  readonly secret: string;
  readonly proxyPassword: string;
}

/** What is typed about an account, a new one or one that is changed, and what a check of its connection found. */
export class AccountForm {
  address = $state('');
  name = $state('');
  kind: AccountDraft['kind'] = $state('password');
  username = $state('');
  /** `2026-11-27`, as a date field has it. */
  expires = $state('');
  proxy = $state('');
  proxyUser = $state('');
  authority: { readonly file: string; readonly certificates: readonly string[] } | undefined = $state.raw();
  pinned: string | undefined = $state();
  plainHttp = $state(false);
  /** Token services on other sites that may be sent the secret. */
  realms: readonly string[] = $state.raw([]);

  errors: Errors = $state.raw({});
  steps: readonly CheckStepRow[] = $state.raw([]);
  report: CheckReport | undefined = $state.raw();
  checking = $state(false);
  problem: Problem | undefined = $state.raw();

  /** The account that is changed; else a new one is made. */
  readonly original: AccountRow | undefined;
  readonly #accounts: Accounts;
  #check = 0;

  constructor(accounts: Accounts, original?: AccountRow) {
    this.#accounts = accounts;
    this.original = original;
    if (!original) return;
    const { host, name, kind, username = '', expires, proxy, certificates, pinned, plainHttp, realms } = original;
    Object.assign(this, { address: host, name, kind, username, pinned, plainHttp, realms, proxy: proxy?.url ?? '', proxyUser: proxy?.username ?? '', expires: expires ? dayOf(expires.at) : '' });
    if (certificates.length > 0) this.authority = { file: words.editAccount.keptAuthority, certificates };
  }

  get read(): Address | undefined {
    try {
      return this.address.trim() === '' ? undefined : parseAddress(this.address);
    } catch {
      return undefined;
    }
  }

  get host(): string {
    return this.read?.host ?? '';
  }

  /** Where the check goes, as it is written; on this computer the server decides whether that is https. */
  get url(): string {
    if (this.host === '') return '';
    if (this.plainHttp || this.read?.plainHttp) return `http://${this.host}`;
    return isLoopback(this.host) ? this.host : `https://${this.host}`;
  }

  /** Plain http to another machine was typed, and not agreed to yet. */
  get mustWarn(): boolean {
    return this.read?.plainHttp === true && !this.plainHttp && !isLoopback(this.host);
  }

  /** After a change what the check found says nothing any more. */
  forget(): void {
    this.#check += 1;
    this.checking = false;
    this.report = undefined;
    this.steps = [];
    this.problem = undefined;
    this.errors = {};
  }

  /** Are all fields filled as they must be? Says at each what is wrong. */
  validate(typed: Typed): boolean {
    const say = words.addAccount.invalid;
    const errors: Errors = {};
    if (this.address.trim() === '') errors.address = say.address;
    else if (!this.read) errors.address = this.#addressProblem();
    if (this.kind === 'password' && this.username.trim() === '') errors.username = say.username;
    if (this.kind !== 'anonymous' && typed.secret === '' && !this.#keepsSecret()) errors.secret = this.original ? words.editAccount.typeAgain : say.secret;
    if (this.expires !== '' && !this.#keepsEnd() && !(endOf(this.expires) > Date.now())) errors.expires = say.expires;
    if (this.proxy.trim() !== '' && originOf(this.proxy) === undefined) errors.proxy = say.proxy;
    this.errors = errors;
    return Object.keys(errors).length === 0;
  }

  async check(typed: Typed): Promise<void> {
    this.forget();
    if (!this.validate(typed)) return;
    const check = this.#check;
    this.checking = true;
    try {
      const report = await this.#accounts.check(this.#draft(), this.#secrets(typed), this.original?.id, (step) => {
        if (check === this.#check) this.steps = [...this.steps, step];
      });
      if (check !== this.#check) return;
      this.report = report;
      this.steps = report.steps;
    } catch (error) {
      if (check === this.#check) this.problem = problemOf(error);
    } finally {
      if (check === this.#check) this.checking = false;
    }
  }

  /** @throws ProblemError when it could not be kept */
  save(typed: Typed): Promise<KeptAccount> {
    const [draft, secrets] = [this.#draft(), this.#secrets(typed)];
    return this.original ? this.#accounts.change(this.original.id, draft, secrets) : this.#accounts.add(draft, secrets);
  }

  fail(error: unknown): void {
    this.problem = problemOf(error);
  }

  /** Another secret is being typed: when the old one ended says nothing of it. */
  renew(): void {
    this.forget();
    if (this.#keepsEnd()) this.expires = '';
  }

  /** The token service of that origin may be sent the secret. */
  allow(realm: string): void {
    this.forget();
    this.realms = [...new Set([...this.realms, realm])];
  }

  disallow(realm: string): void {
    this.forget();
    this.realms = this.realms.filter((known) => known !== realm);
  }

  /** Agreed to plain http, or chose https: then the address says so, too. */
  answerPlain(plain: boolean): void {
    this.plainHttp = plain;
    if (!plain) this.address = this.address.replace(/^\s*http:\/\//i, '');
  }

  async readAuthority(file: string): Promise<void> {
    this.forget();
    try {
      this.authority = { file, certificates: await this.#accounts.readCertificates(file) };
      this.pinned = undefined;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  #keepsSecret(): boolean {
    return this.original !== undefined && isWithin(this.#draft(), this.original);
  }

  #keepsEnd(): boolean {
    return this.original?.expires !== undefined && this.expires === dayOf(this.original.expires.at);
  }

  #addressProblem(): string {
    try {
      parseAddress(this.address);
    } catch (error) {
      const { message, next } = problemOf(error);
      return `${message} ${next}`;
    }
    return words.addAccount.invalid.address;
  }

  #draft(): AccountDraft {
    const proxy = originOf(this.proxy);
    const [name, username, proxyUser] = [this.name, this.username, this.proxyUser].map((text) => text.trim());
    return {
      host: this.host,
      kind: this.kind,
      plainHttp: this.plainHttp || (this.read?.plainHttp === true && isLoopback(this.host)),
      certificates: [...(this.authority?.certificates ?? [])],
      realms: [...this.realms],
      ...(name && { name }),
      ...(username && this.kind !== 'anonymous' && { username }),
      ...(this.pinned !== undefined && { pinned: this.pinned }),
      ...(proxy !== undefined && { proxy: { url: proxy, ...(proxyUser && { username: proxyUser }) } }),
      ...this.#expiry(),
    };
  }

  #expiry(): Pick<AccountDraft, 'expires'> {
    if (this.expires === '' || this.kind === 'anonymous') return {};
    const { expires } = this.original ?? {};
    return { expires: expires && this.#keepsEnd() ? expires : { at: new Date(endOf(this.expires)).toISOString(), from: 'typed' } };
  }

  #secrets({ secret, proxyPassword }: Typed): { secret?: string; proxyPassword?: string } {
    return { ...(secret !== '' && this.kind !== 'anonymous' && { secret }), ...(proxyPassword !== '' && this.proxy.trim() !== '' && { proxyPassword }) };
  }
}

/** The last second of a day of this place. */
function endOf(day: string): number {
  return Date.parse(`${day}T23:59:59`);
}

/** `http://host:port` of a proxy; user and password have their own fields. */
function originOf(text: string): string | undefined {
  const typed = text.trim();
  if (!URL.canParse(typed)) return undefined;
  const url = new URL(typed);
  const bare = !url.username && !url.password && url.pathname === '/' && !url.search && !url.hash;
  return /^https?:$/.test(url.protocol) && bare ? url.origin : undefined;
}
