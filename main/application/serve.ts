import type { ServeState } from '../../shared/contract/contract.js';
import { isProblem } from '../../shared/errors.js';
import type { RunningRegistry } from '../serve/serve.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

/** The library as a registry of this machine, for as long as the window wants. */
export interface Serving {
  readonly handlers: Handlers<'library.serve'>;
  state(): ServeState;
  close(): Promise<void>;
}

export interface ServingParts extends Pick<Parts, 'library' | 'events'> {
  /** Default: the command line's, and where that is taken any that is free. */
  readonly port?: number;
}

export function openServing({ library, events, port }: ServingParts): Serving {
  const ending = new AbortController();
  let running: RunningRegistry | undefined;
  /** Others may know the address by now: it stays when the library is served otherwise, or again. */
  let usual = port;
  let push = false;
  let last: Promise<unknown> = Promise.resolve();
  const state = (): ServeState => ({ push: running !== undefined && push, ...(running && { url: running.url }) });

  const start = async (): Promise<RunningRegistry> => {
    const { defaultPort, serveLibrary } = await import('../serve/serve.js');
    const options = { library, push, signal: ending.signal };
    try {
      return await serveLibrary({ ...options, port: usual ?? defaultPort });
    } catch (error) {
      if (!isProblem(error, 'usage-invalid') || error.problem.detail !== 'EADDRINUSE') throw error;
      return serveLibrary({ ...options, port: 0 });
    }
  };
  const turn = async (wanted: { readonly on: boolean; readonly push: boolean }): Promise<ServeState> => {
    if (wanted.on === (running !== undefined) && wanted.push === push) return state();
    await running?.close();
    running = undefined;
    push = wanted.push;
    try {
      if (wanted.on) running = await start();
      if (running) usual = Number(new URL(running.url).port);
    } finally {
      events.emit('library.serving', state());
    }
    return state();
  };

  return {
    state,
    handlers: {
      /** One after the other: two clicks at once must not leave two servers. */
      'library.serve'(wanted) {
        const turned = last.then(() => turn(wanted));
        last = turned.catch(() => undefined);
        return turned;
      },
    },
    async close() {
      await last;
      await running?.close();
      ending.abort();
    },
  };
}
