import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Output } from './output.js';
import { pack, type Packing } from './packing.js';

const bufferedBytes = 4 * 1024 * 1024;

/** Compresses what is written before it goes on. What was compressed cannot be taken back: after a failure nothing is written any more. */
export function packedOutput(output: Output, packing: Packing): Output {
  const input = new PassThrough({ highWaterMark: bufferedBytes });
  /** Ends the wait for a reader that stands still. */
  const stop = new AbortController();
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    input.destroy();
  };
  const sending = (async () => {
    for await (const chunk of pack(input, packing)) await output.write(chunk, stop.signal);
  })().catch(fail);
  const check = (): void => {
    // Whatever it was, the caller knows it already or makes a problem of it.
    if (failure !== undefined) throw failure as Error;
  };
  return {
    async write(chunk, signal) {
      check();
      if (input.write(chunk)) return;
      const done = new AbortController();
      const waiting = { signal: signal ? AbortSignal.any([done.signal, signal]) : done.signal };
      await Promise.race([once(input, 'drain', waiting), sending]).catch(() => undefined);
      done.abort();
      signal?.throwIfAborted();
      check();
    },
    mark: () => Promise.resolve((error) => Promise.resolve(fail(error))),
    async commit() {
      input.end();
      await sending;
      check();
      await output.commit();
    },
    async discard() {
      stop.abort();
      input.destroy();
      await sending;
      await output.discard();
    },
  };
}
