import type { Answers, EventName, Events, Numbered, Reply, RequestInput, RequestName, Snapshot } from '../shared/contract/contract.js';
import { ProblemError } from '../shared/errors.js';

/** What the preload script puts on the window. */
export interface Api {
  request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Reply<Answers[Name]>>;
  listen(listener: (event: Numbered) => void): () => void;
  pathOfFile(file: File): string;
}

type Listener<Name extends EventName> = (event: Events[Name]) => void;

/** The page's only way to the main process. */
export interface Bridge {
  /** @throws ProblemError whatever the main process answered with */
  request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Answers[Name]>;
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void;
  /** Where a dropped file lies. */
  pathOfFile(file: File): string;
  /** Hands over the whole state once, and again whenever events were missed; between them come the events. */
  start(onSnapshot: (snapshot: Snapshot) => void): Promise<void>;
}

export function openBridge(api: Api): Bridge {
  const listeners = new Map<EventName, Set<Listener<never>>>();
  let sequence: number | undefined;
  let waiting: Numbered[] = [];
  let asking = false;
  let onSnapshot: (snapshot: Snapshot) => void = () => undefined;

  const request: Bridge['request'] = async (name, input) => {
    const reply = await api.request(name, input);
    if (reply.ok) return reply.value;
    throw new ProblemError(reply.problem.code, reply.problem);
  };

  const hand = ({ name, event }: Numbered): void => {
    for (const listener of listeners.get(name) ?? []) (listener as (event: unknown) => void)(event);
  };

  const receive = (numbered: Numbered): void => {
    if (asking || sequence === undefined) waiting.push(numbered);
    else if (numbered.sequence === sequence + 1) {
      sequence = numbered.sequence;
      hand(numbered);
    } else if (numbered.sequence > sequence) {
      waiting.push(numbered);
      ask().catch(() => undefined); // the next event asks again
    }
  };

  /** What came while the answer was on its way is handed on afterwards, unless the snapshot knows it already. */
  const ask = async (): Promise<void> => {
    asking = true;
    try {
      const snapshot = await request('app.snapshot', {});
      sequence = snapshot.sequence;
      onSnapshot(snapshot);
    } finally {
      asking = false;
    }
    const late = waiting.sort((a, b) => a.sequence - b.sequence);
    waiting = [];
    for (const numbered of late) receive(numbered);
  };

  return {
    request,
    on: (name, listener) => {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
    pathOfFile: (file) => api.pathOfFile(file),
    start: async (listener) => {
      onSnapshot = listener;
      api.listen(receive);
      await ask();
    },
  };
}
