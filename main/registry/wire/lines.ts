import { createDial, targetOf, type Dial } from '../dial.js';
import { Line } from './line.js';
import type { WireConnection, WireRequest } from './messages.js';
import type { Head } from './parse-head.js';

/** Registries hang up after seconds to minutes; who asks later pays for a handshake and not for a broken request. */
const idleMilliseconds = 4_000;

/** The connections of one thread for one registry, kept open between requests. */
export class Lines {
  readonly #dial: Dial;
  readonly #free: { readonly key: string; readonly line: Line; readonly end: NodeJS.Timeout }[] = [];
  readonly #closed = new AbortController();

  constructor(connection: WireConnection) {
    this.#dial = createDial(connection, this.#closed.signal);
  }

  /**
   * Asks over a free connection, or over a new one.
   * @returns the connection, on which the body waits
   */
  async ask(request: WireRequest, onLine: (line: Line) => void): Promise<{ line: Line; head: Head }> {
    const known = this.#takeFree(keyOf(request));
    if (known) {
      onLine(known);
      try {
        return { line: known, head: await known.ask(textOf(request), request.answerTimeout) };
      } catch (error) {
        // It may have been closed at the far end at the moment when it was chosen.
        if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      }
    }
    const line = new Line();
    line.attach(await this.#dial(targetOf(new URL(request.url)), { reach: request.reach, verify: true, onread: line.onread }));
    onLine(line);
    return { line, head: await line.ask(textOf(request), request.answerTimeout) };
  }

  /** Keeps a connection for the next request, where it can serve one. */
  giveBack(line: Line, request: WireRequest): void {
    if (!line.isFree || this.#closed.signal.aborted) return line.close();
    const end = setTimeout(() => this.#takeFree(undefined, line)?.close(), idleMilliseconds);
    this.#free.push({ key: keyOf(request), line, end });
  }

  close(): void {
    this.#closed.abort(new Error('the connection was closed'));
    for (const { line, end } of this.#free.splice(0)) {
      clearTimeout(end);
      line.close();
    }
  }

  #takeFree(key: string | undefined, wanted?: Line): Line | undefined {
    const at = this.#free.findIndex((each) => each.line === wanted || (each.key === key && each.line.isFree));
    const [found] = at < 0 ? [] : this.#free.splice(at, 1);
    clearTimeout(found?.end);
    return found?.line;
  }
}

const keyOf = ({ url, reach }: WireRequest): string => `${reach} ${new URL(url).origin}`;

/** RFC 9112, 3. @throws Error where a header would end its line */
function textOf({ method, url, headers }: WireRequest): string {
  const { host, pathname, search } = new URL(url);
  const lines = Object.entries({ host, 'user-agent': 'longshore', ...headers }).map(([name, value]) => {
    if (/[\r\n\0]/.test(name + value)) throw new Error(`the header ${JSON.stringify(name)} cannot be sent`);
    return `${name}: ${value}`;
  });
  return [`${method} ${pathname}${search} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
