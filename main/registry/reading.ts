import { setImmediate } from 'node:timers/promises';
import type { ByteSource } from '../../shared/byte-source.js';
import { targetOf } from './dial.js';
import type { Answer } from './exchange.js';
import { exchangeProblem } from './failures.js';
import type { Network } from './network.js';
import { sentNothing } from './stalls.js';

/**
 * The bytes of an answer as they come. While the consumer waits for the network, `timeouts.stall` without a byte ends it;
 * a consumer that takes its time is never the network's fault.
 * @throws ProblemError `timed-out`, `connection-lost`; the signal's reason when it was aborted
 */
export async function* flow(network: Network, answer: Answer, signal: AbortSignal): ByteSource {
  const { stall } = network.timeouts;
  let waiting = true;
  const watchdog = setTimeout(() => waiting && answer.body.destroy(sentNothing(answer.url.host, stall)), stall);
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      waiting = false;
      yield chunk;
      waiting = true;
      watchdog.refresh();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw await exchangeProblem(error, targetOf(answer.url), network.connection);
  } finally {
    clearTimeout(watchdog);
    answer.body.destroy();
  }
}

/** Reads a small body whole; undefined when it is longer than `limit`. */
export async function readLimited(network: Network, answer: Answer, limit: number, signal: AbortSignal): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of flow(network, answer, signal)) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  await connectionFree();
  return Buffer.concat(chunks);
}

/** undici gives a connection back one turn after the answer's end; who asks sooner pays for another handshake. */
const connectionFree = (): Promise<void> => setImmediate();

/** Milliseconds in which a short rest is there; beyond them another handshake is cheaper. */
const discardPatience = 1000;

/** Gives an answer's connection back: a short rest is read, a long or a late one is cut off. */
export async function discard(answer: Answer): Promise<void> {
  if (answer.waiting) return answer.waiting.drop();
  if (!('dump' in answer.body)) return void answer.body.destroy();
  const body = answer.body as typeof answer.body & { dump(options: { limit: number; signal: AbortSignal }): Promise<void> };
  await body.dump({ limit: 64 * 1024, signal: AbortSignal.timeout(discardPatience) }).catch(() => {});
  await connectionFree();
}
