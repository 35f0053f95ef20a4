import { ProblemError } from '../../shared/errors.js';

/** One way to sign in that a server offers. RFC 9110, 11.6.1. */
export interface Challenge {
  /** Lower case: `basic`, `bearer`, `negotiate`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The token68 form that some schemes use in place of parameters. */
  readonly token68?: string;
}

/** Longer than any real challenge, scopes of a hundred repositories included. */
const maxHeaderLength = 16 * 1024;

/**
 * Reads `WWW-Authenticate` headers: several challenges in one header or in many, names in any case, values as tokens or
 * quoted strings with escapes, commas inside quotes.
 * @throws ProblemError `answer-invalid` for unbalanced quotes, control characters and what is no challenge
 */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  return headers.flatMap((header) => new Tokenizer(header).challenges());
}

class Tokenizer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    // Values end up in requests of ours: a line break there would add a header.
    if (/[\0\r\n]/.test(text)) throw this.#invalid('a control character');
    if (text.length > maxHeaderLength) throw this.#invalid('too much text');
  }

  challenges(): Challenge[] {
    const found: Challenge[] = [];
    for (this.#skipSeparators(); this.#at < this.#text.length; this.#skipSeparators()) found.push(this.#challenge());
    return found;
  }

  #challenge(): Challenge {
    const scheme = this.#token('scheme').toLowerCase();
    const spaced = this.#skip(/[ \t]+/y) !== '';
    const token68 = spaced ? this.#skip(/[\w.~+/-]+=*(?=[ \t]*(?:,|$))/y) : '';
    if (token68 !== '') return { scheme, parameters: {}, token68 };
    const parameters: Record<string, string> = Object.create(null);
    // `name =` continues this challenge, a lone token begins the next.
    while (/^[\w!#$%&'*+.^`|~-]+[ \t]*=/.test(this.#text.slice(this.#at))) {
      const name = this.#token('name').toLowerCase();
      this.#skip(/[ \t]*=[ \t]*/y);
      const value = this.#text[this.#at] === '"' ? this.#quoted() : this.#token('value', /[^\s,"]+/y);
      parameters[name] ??= value;
      const end = this.#at;
      this.#skipSeparators();
      if (end === this.#at && this.#at < this.#text.length) throw this.#invalid('text behind a value');
    }
    return { scheme, parameters: { ...parameters } };
  }

  #token(what: 'scheme' | 'name' | 'value', pattern = /[\w!#$%&'*+.^`|~-]+/y): string {
    const token = this.#skip(pattern);
    if (token === '') throw this.#invalid(`no ${what} where one is due`);
    return token;
  }

  #quoted(): string {
    const text = this.#skip(/"(?:[^"\\]|\\.)*"/y);
    if (text === '') throw this.#invalid('a quotation mark without its partner');
    return text.slice(1, -1).replace(/\\(.)/g, '$1');
  }

  #skipSeparators(): void {
    this.#skip(/[\s,]+/y);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += match.length;
    return match;
  }

  #invalid(why: string): ProblemError {
    return new ProblemError('answer-invalid', {
      message: `The registry's WWW-Authenticate header cannot be read: it has ${why}.`,
      next: 'Report this to whoever runs the registry or the proxy before it.',
    });
  }
}
