import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openLibrary } from '../../main/library/library.js';
import { openRegistry } from '../../main/registry/registry.js';
import { Wire } from '../../main/registry/wire/wire.js';
import { surroundingsOf } from '../../main/transfers/surroundings.js';
import { openTransfers } from '../../main/transfers/transfers.js';
import { workerEntry } from '../../main/workers.js';
import type { TransferState } from '../../shared/contract/transfers.js';

/** Pulls that are asked for at once, as a window would. */
export interface TransfersWork {
  readonly home: string;
  readonly host: string;
  /** Pulled before anything is measured, so that all is loaded and its threads run. */
  readonly first: string;
  readonly repositories: readonly string[];
}

export interface TransfersResult {
  readonly seconds: number;
  /** What the event loop was late, in milliseconds. */
  readonly delayP99: number;
  readonly delayMost: number;
}

/** Looked at every millisecond, which is no delay. */
const resolution = 1;
const account = '00000000-0000-4000-8000-000000000000';

/** Does what the window's main process does with transfers, and watches the loop that would have to answer the window. */
export async function runTransfers({ home, host, first, repositories }: TransfersWork): Promise<TransfersResult> {
  const { signal } = new AbortController();
  const library = await openLibrary(join(home, 'library'));
  const wire = new Wire(() => workerEntry('wire'));
  const registry = openRegistry({ host, plainHttp: true, trust: { certificates: [] } }, wire);
  const waiting = new Map<string, (state: TransferState) => void>();
  const transfers = await openTransfers({
    folder: join(home, 'transfers'),
    surroundings: surroundingsOf({ spoolFolder: join(home, 'spool'), layersFile: join(home, 'layers') }),
    library,
    connect: () => Promise.resolve(registry),
    // As in the application: what changed is made ready to be sent.
    onChange: (state) => waiting.get(structuredClone(state).id)?.(state),
    onForget: () => undefined,
  });
  // As an open window does, this keeps the process for what is told a little later.
  const open = setInterval(() => undefined, 1000);
  const pull = async (repository: string): Promise<void> => {
    const plan = await transfers.plan({ kind: 'pull', from: [{ account, repository, reference: '0' }], platform: 'all' }, { signal });
    const { id } = transfers.start(plan.id);
    await new Promise<void>((resolve, reject) => waiting.set(id, ({ status, problem }) => {
      if (status === 'done') resolve();
      else if (status === 'failed' || status === 'cancelled') reject(new Error(problem?.message ?? status));
    }));
  };
  await pull(first);
  const delay = monitorEventLoopDelay({ resolution });
  const started = performance.now();
  delay.enable();
  await Promise.all(repositories.map(pull));
  delay.disable();
  const seconds = (performance.now() - started) / 1000;
  clearInterval(open);
  await transfers.close();
  await registry.close();
  await wire.close();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);
  return { seconds, delayP99: late(delay.percentile(99)), delayMost: late(delay.max) };
}
