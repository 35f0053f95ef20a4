import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RepositoryName } from '../../shared/reference.js';
import type { Registry } from './registry.js';

/** One request and its answer, with what the path said. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly registry: Registry;
  /** The repository as the client calls it; empty where the path names none. */
  readonly served: string;
  /** The same as the library calls it. */
  readonly name: RepositoryName;
  /** The last part of the path: a tag, a digest, the id of an upload. */
  readonly selector: string;
  /** Aborted when the client has gone or the server closes. */
  readonly signal: AbortSignal;
}

export type Handler = (exchange: Exchange) => Promise<void>;

/** The request's body. A client that asked leave to send it (`Expect: 100-continue`) gets it now, after every check. */
export function bodyOf({ request, response }: Exchange): IncomingMessage {
  if (request.headers.expect !== undefined) response.writeContinue();
  return request;
}

/** An answer without a body. RFC 9110 section 8.6: no length with a 204. */
export function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...(status !== 204 && { 'content-length': '0' }), ...headers }).end();
}

export function sendJson(response: ServerResponse, value: unknown, type = 'application/json'): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
}
