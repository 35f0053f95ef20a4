import type { ByteSource } from '../../shared/byte-source.js';
import type { RegistryClient } from './client.js';
import { tookNothing } from './stalls.js';
import type { Part } from './upload-session.js';

/**
 * Sends a part under a watchdog: when the network takes nothing for `timeouts.stall` it gives up. Waiting for the source
 * and, behind the last byte, for the registry to commit has its own time.
 * @throws ProblemError `timed-out`
 */
export async function watched<T>(client: RegistryClient, part: Part, signal: AbortSignal, send: (part: Part, options: { signal: AbortSignal }) => Promise<T>): Promise<T> {
  const { stall } = client.network.timeouts;
  const stalled = new AbortController();
  const giveUp = (): void => stalled.abort(tookNothing(client.host, stall));
  const body = (): ByteSource => guarded(part.body(), part.to - part.from, stall, giveUp);
  return send({ ...part, body }, { signal: AbortSignal.any([signal, stalled.signal]) });
}

async function* guarded(source: ByteSource, length: number, stall: number, giveUp: () => void): ByteSource {
  let sent = 0;
  for await (const chunk of source) {
    sent += chunk.length;
    const watchdog = sent < length ? setTimeout(giveUp, stall) : undefined;
    try {
      yield chunk;
    } finally {
      clearTimeout(watchdog);
    }
  }
}
