import type { ClientRequest, IncomingMessage } from 'node:http';
import type { WireAnswer } from './messages.js';

/** Registries' answers to an upload have no body, or a few hundred bytes of errors. */
const maxBytes = 64 * 1024;

/** The answer to a request, as soon as it comes, though the request may not have been sent to its end. */
export async function readAnswer(request: ClientRequest): Promise<WireAnswer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    // Also behind the answer: an error that nobody waits for must not end the thread.
    request.on('error', reject);
  });
  const isEarly = !request.writableEnded;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length > maxBytes) break;
  }
  // The rest of the body would be taken for the next request.
  if (isEarly) request.destroy();
  const { rawHeaders } = answer;
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_, at) => [rawHeaders[2 * at]!.toLowerCase(), rawHeaders[2 * at + 1]!] as const);
  return { status: answer.statusCode ?? 0, headers, body: Buffer.concat(parts).subarray(0, maxBytes) };
}
