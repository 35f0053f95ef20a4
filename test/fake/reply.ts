/** What a fake server sends back. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** Breaks the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Sends the body without `Content-Length`. */
  readonly chunked?: boolean;
  /** Sends it with neither length nor chunks, as HTTP/1.0 did: the body ends with the connection. */
  readonly unframed?: boolean;
  /** Sends so many bytes of the body and then nothing, without closing. */
  readonly stallAfter?: number;
}

/** A request as it arrived, for assertions. */
export interface Recorded {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Something that goes wrong `times` times (once when absent), for the requests it matches. */
export interface Fault {
  readonly method?: string;
  /** Found in path and query. */
  readonly path?: string | RegExp;
  times?: number;
  /** An answer in place of the registry's, sent before the body of the request is read when `early`. */
  readonly reply?: Partial<Reply>;
  readonly early?: boolean;
  /** Or the registry's answer, changed: the request takes effect. */
  readonly change?: (reply: Reply, request: Recorded) => Partial<Reply>;
  /** Or none: the socket is closed, before the request takes effect or after it. */
  readonly drop?: 'before' | 'after';
  /** Or never one; with `early`, nor is the body read. */
  readonly silence?: boolean;
  /** The request takes effect, and the answer comes when this is settled. */
  readonly hold?: Promise<unknown>;
  /** `100 Continue` goes before the answer, asked for or not. */
  readonly interim?: boolean;
}

export function reply(status: number, headers: Reply['headers'] = {}, body: Buffer | string = ''): Reply {
  return { status, headers, body: Buffer.from(body) };
}

export function json(status: number, value: unknown, headers: Reply['headers'] = {}): Reply {
  return reply(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/** distribution-spec "Error Codes". */
export function errorReply(status: number, code: string, message = code.toLowerCase(), headers: Reply['headers'] = {}): Reply {
  return json(status, { errors: [{ code, message }] }, headers);
}
