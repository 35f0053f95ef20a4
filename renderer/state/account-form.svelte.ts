import type { AccountDraft, CheckReport, CheckStepRow, KeptAccount } from '../../shared/contract/accounts.js';
import type { Problem } from '../../shared/errors.js';
import { isLoopback, parseAddress, type Address } from '../../shared/address.js';
import { problemOf } from '../problem.js';
import { words } from '../words/en.js';
import type { Accounts } from './accounts.svelte.js';

/** Fields whose text is checked; typed secrets are not among them: they stay in their fields until they are sent. */
type Field = 'address' | 'username' | 'secret' | 'expires' | 'proxy';
type Errors = Partial<Record<Field, string>>;

interface Typed {
  readonly secret: string;
  readonly proxyPassword: string;
}

/** What is typed about a new account, and what a check of its connection found. */
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

  errors: Errors = $state.raw({});
  steps: readonly CheckStepRow[] = $state.raw([]);
  report: CheckReport | undefined = $state.raw();
  checking = $state(false);
  problem: Problem | undefined = $state.raw();

  readonly #accounts: Accounts;
  #check = 0;

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
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
    if (this.kind !== 'anonymous' && typed.secret === '') errors.secret = say.secret;
    if (this.expires !== '' && !(endOf(this.expires) > Date.now())) errors.expires = say.expires;
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
      const report = await this.#accounts.check(this.#draft(), this.#secrets(typed), (step) => {
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
  add(typed: Typed): Promise<KeptAccount> {
    return this.#accounts.add(this.#draft(), this.#secrets(typed));
  }

  fail(error: unknown): void {
    this.problem = problemOf(error);
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

  #addressProblem(): string {
    try {
      parseAddress(this.address);
    } catch (error) {
      return problemOf(error).message;
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
      realms: [],
      ...(name && { name }),
      ...(username && this.kind !== 'anonymous' && { username }),
      ...(this.pinned !== undefined && { pinned: this.pinned }),
      ...(proxy !== undefined && { proxy: { url: proxy, ...(proxyUser && { username: proxyUser }) } }),
      ...(this.expires !== '' && this.kind !== 'anonymous' && { expires: { at: new Date(endOf(this.expires)).toISOString(), from: 'typed' as const } }),
    };
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
