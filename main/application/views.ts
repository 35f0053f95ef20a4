import { randomUUID } from 'node:crypto';
import type { ViewScope, ViewSort, ViewState } from '../../shared/contract/views.js';
import { ProblemError } from '../../shared/errors.js';
import { systemClock, type Clock } from '../transfers/clock.js';
import { throttle, type Throttle } from '../transfers/throttle.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';
import { Feed } from './views/feed.js';
import type { RowSource } from './views/row-source.js';

export interface ViewParts extends Pick<Parts, 'accounts' | 'registries' | 'settings' | 'inventory' | 'library' | 'events'> {
  readonly clock?: Clock | undefined;
}

export interface Views {
  readonly handlers: Handlers<'view.open' | 'view.change' | 'view.rows' | 'view.refresh' | 'view.close' | 'repositories.pin'>;
  /** Settings were changed, elsewhere or here: perhaps the pins. */
  pinsChanged(): Promise<void>;
  close(): void;
}

interface View {
  readonly feed: Feed;
  readonly key: string;
  readonly changed: Throttle;
  filter: string;
  sort: ViewSort;
  revision: number;
}

/** A list that grows row by row need not be counted for each. */
const tellMilliseconds = 100;

/** Views on what is too large to cross: answered at once from what was seen before, while the origin is asked quietly. */
export function openViews({ clock = systemClock, ...parts }: ViewParts): Views {
  const { events, settings, registries } = parts;
  const views = new Map<string, View>();
  const feeds = new Map<string, Feed>();

  const find = (id: string): View => {
    const view = views.get(id);
    if (!view) throw new ProblemError('usage-invalid', { message: 'This list is not open any more.', next: 'Open the page again.' });
    return view;
  };
  const stateOf = async (id: string, view: View): Promise<ViewState> => {
    const { feed, filter } = view;
    const revision = (view.revision += 1);
    const { total, matched, seen } = await feed.source.count(filter);
    const { problem, isRefreshing } = feed;
    return { id, revision, total, matched, refreshing: isRefreshing, ...(seen !== undefined && { asOf: new Date(seen).toISOString() }), ...(problem && { problem }) };
  };
  const tell = async (id: string, view: View): Promise<void> => {
    const state = await stateOf(id, view);
    if (views.has(id)) events.emit('view.changed', state);
  };
  const close = (id: string): void => {
    const view = views.get(id);
    if (!view) return;
    views.delete(id);
    view.changed.drop();
    view.feed.listeners.delete(view.changed.ask);
    if (view.feed.listeners.size > 0) return;
    feeds.delete(view.key);
    view.feed.close();
  };
  let pins: string | undefined;
  const pinsChanged = async (): Promise<void> => {
    const before = pins;
    pins = JSON.stringify((await settings.read()).repositories);
    if (pins === before) return;
    for (const { source, listeners } of feeds.values()) {
      // An account that is gone has no pins.
      await source.open?.().catch(() => undefined);
      for (const listener of listeners) listener();
    }
  };

  return {
    pinsChanged,
    close: () => [...views.keys()].forEach(close),
    handlers: {
      async 'view.open'({ scope, filter, sort }) {
        const key = JSON.stringify(scope);
        const source = feeds.get(key)?.source ?? (await sourceOf(scope, parts));
        // Another view on the same may have been opened meanwhile.
        const feed = feeds.get(key) ?? new Feed(source);
        feeds.set(key, feed);
        const id = randomUUID();
        // A view whose rows cannot be counted now is told of its next change.
        const view: View = { key, feed, filter, sort, revision: 0, changed: throttle(() => void tell(id, view).catch(() => undefined), { interval: tellMilliseconds, clock }) };
        views.set(id, view);
        feed.listeners.add(view.changed.ask);
        try {
          await feed.source.open?.();
          const refreshed = feed.refresh();
          if (feed.source.isLocal) await refreshed;
          return await stateOf(id, view);
        } catch (error) {
          close(id);
          throw error;
        }
      },

      async 'view.change'({ id, filter, sort }) {
        const view = find(id);
        Object.assign(view, { filter, sort });
        return stateOf(id, view);
      },

      async 'view.rows'({ id, from, count }) {
        const { feed, filter, sort } = find(id);
        return { from, rows: await feed.source.rows({ filter, sort, from, count }) };
      },

      async 'view.refresh'({ id }) {
        const view = find(id);
        void view.feed.refresh();
        view.changed.ask();
      },

      async 'view.close'({ id }) {
        close(id);
      },

      async 'repositories.pin'({ account, repository, pinned }) {
        const { host } = (await registries.of(account)).account;
        await settings.update((current) => {
          const others = (current.repositories[host] ?? []).filter((name) => name !== repository);
          return { ...current, repositories: { ...current.repositories, [host]: pinned ? [...others, repository] : others } };
        });
        await pinsChanged();
      },
    },
  };
}

async function sourceOf(scope: ViewScope, parts: ViewParts): Promise<RowSource> {
  switch (scope.kind) {
    case 'repositories':
      return (await import('./views/repository-source.js')).repositorySource(scope.account, parts);
    case 'tags':
      return (await import('./views/tag-source.js')).tagSource(scope.account, scope.repository, parts);
    case 'library':
      return (await import('./views/library-source.js')).librarySource(parts);
  }
}
