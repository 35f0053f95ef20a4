import type { EventName, Events, Numbered } from '../../shared/contract/contract.js';

export type EventListener = (event: Numbered) => void;

/** Numbers what happens, so that a window that was reloaded can tell what it missed since its snapshot. */
export class EventHub {
  readonly #listeners = new Set<EventListener>();
  #sequence = 0;

  /** The number of the last event. */
  get sequence(): number {
    return this.#sequence;
  }

  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    this.#sequence += 1;
    for (const listener of this.#listeners) listener({ sequence: this.#sequence, name, event } as Numbered);
  }

  /** @returns ends it */
  on<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void {
    return this.listen((numbered) => {
      if (numbered.name === name) listener(numbered.event as Events[Name]);
    });
  }

  /** @returns ends it */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
