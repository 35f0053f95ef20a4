import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { guard, type GuardOptions } from './guard.js';
import { refusalOf } from './refusal.js';
import type { Registry } from './registry.js';
import { route } from './router.js';

/** One answered request, for a log. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Our own failure behind a status of 500 and above. */
  readonly error?: unknown;
}

export interface AnswerOptions {
  readonly rules: GuardOptions;
  readonly onRequest?: ((request: ServedRequest) => void) | undefined;
}

/** Makes what answers every request, whatever happens. */
export function answerWith(registry: Registry, options: AnswerOptions): RequestListener {
  return (request, response) => void answer(request, response, registry, options);
}

async function answer(request: IncomingMessage, response: ServerResponse, registry: Registry, { rules, onRequest }: AnswerOptions): Promise<void> {
  const started = performance.now();
  // A server that closes breaks all connections off, so that this one signal is enough.
  const gone = new AbortController();
  let failure: unknown;
  response.once('close', () => {
    gone.abort();
    const { method = '', url = '' } = request;
    const status = response.statusCode;
    onRequest?.({ method, path: url, status, milliseconds: performance.now() - started, ...(status >= 500 && { error: failure }) });
  });
  response.setHeader('docker-distribution-api-version', 'registry/2.0').setHeader('x-content-type-options', 'nosniff');
  try {
    await guard(request, rules);
    await route(request, response, registry, gone.signal);
  } catch (error) {
    failure = error;
    refuse(request, response, error);
  }
}

/** Once an answer has begun it can only be broken off: a short body tells the client that it is not whole. */
function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const refusal = refusalOf(error);
  const body = Buffer.from(refusal.body);
  response.writeHead(refusal.status, { 'content-type': 'application/json', 'content-length': body.length, ...refusal.headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}
