/** One link of a `Link` header. RFC 8288. */
export interface Link {
  readonly target: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** No registry sends more than a few; a longer header is not worth reading. */
const maxHeaderLength = 64 * 1024;

/**
 * Reads `Link` headers, also with what servers get wrong: parameters without quotes, a target without angle brackets,
 * several links in one header. What cannot be read is skipped; it never throws.
 */
export function parseLinks(headers: readonly string[]): Link[] {
  return headers.flatMap((header) => [...linksOf(header.slice(0, maxHeaderLength))]);
}

/** The target of `rel=next`. */
export function nextLink(headers: readonly string[]): string | undefined {
  return parseLinks(headers).find(({ parameters }) => parameters['rel']?.toLowerCase().split(/\s+/).includes('next'))?.target;
}

const bracketed = /\s*<([^>]*)>/y;
const bare = /\s*([^\s<>;,]+)/y;
const parameter = /\s*;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/y;

function* linksOf(header: string): Generator<Link> {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < header.length) {
    const target = (take(bracketed) ?? take(bare))?.[1];
    const parameters: Record<string, string> = Object.create(null);
    for (let found = take(parameter); found; found = take(parameter)) {
      const [, name = '', quoted, token] = found;
      // Of a repeated parameter the first counts (RFC 8288, 3.3).
      parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, '$1') ?? token ?? '';
    }
    if (target !== undefined) yield { target, parameters: { ...parameters } };
    const comma = header.indexOf(',', at);
    at = comma < 0 ? header.length : comma + 1;
  }
}
