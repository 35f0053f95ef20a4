import { app, dialog, type BrowserWindow } from 'electron';
import type { Snapshot } from '../../shared/contract/contract.js';
import type { Profile } from '../accounts/profile.js';
import { openApplication, type Application } from '../application/application.js';
import type { Handlers } from '../application/handlers.js';
import { toProblem } from '../disk/to-problem.js';
import { desktopHandlers } from './desktop-handlers.js';
import { createGate, type Gate } from './gate.js';
import type { Log } from './log.js';
import { setMenu } from './menu.js';
import { tellWhenAway } from './notices.js';
import type { Openings } from './openings.js';
import { sendEvents } from './requests.js';
import { isRunning } from './running.js';
import { watchTransfers } from './watch-transfers.js';
import { openWindowMemory, type WindowMemory } from './window-memory.js';

interface Parts {
  readonly profile: Profile;
  readonly window: BrowserWindow;
  readonly log: Log;
  readonly openings: Openings;
}

/** What lies behind the window, from the moment in which it begins to open. */
export interface Connection {
  /** Takes requests at once, and answers when it is open. */
  readonly gate: Gate;
  /** How many transfers run: none before it is open. */
  running(): Promise<number>;
  /** Lets go of everything, once it is open: halfway, threads would be torn from their work. */
  close(): Promise<void>;
}

/** Opens the application behind the window. */
export function connect(parts: Parts): Connection {
  const { profile, window, log, openings } = parts;
  const opening = openApplication({ profile, onNotice: (text) => log.write('warn', text) });
  let opened: Application | undefined;
  const memory = openWindowMemory(window);
  const following = opening.then((application) => follow(window, (opened = application), memory));
  following.catch((error: unknown) => {
    // Whoever left meanwhile is told nothing.
    if (window.isDestroyed()) return;
    const { message, next, detail } = toProblem(error);
    log.write('error', `${message} ${detail ?? ''}`);
    dialog.showErrorBox(message, next);
    app.exit(1);
  });
  return {
    gate: createGate(opening.then((application) => allHandlers(application, { window, log, openings })), log),
    // Events come a little late: whoever leaves is told what runs now.
    running: async () => (opened ? (await snapshotOf(opened)).transfers.filter(isRunning).length : 0),
    async close() {
      await memory.keep().catch((error: unknown) => log.write('warn', toProblem(error).message));
      await following.catch(() => undefined);
      await (await opening).close();
    },
  };
}

function allHandlers({ handlers, events }: Application, { window, log, openings }: Omit<Parts, 'profile'>): Handlers {
  const snapshot = handlers['app.snapshot'];
  return {
    ...handlers,
    ...desktopHandlers({ window, log, snapshot }),
    'app.snapshot': async (input, options) => {
      const state = await snapshot(input, options);
      // The page has asked how things stand: from its answer on it listens.
      setImmediate(() => openings.deliver(events));
      return state;
    },
  };
}

async function follow(window: BrowserWindow, application: Application, memory: WindowMemory): Promise<void> {
  const { events } = application;
  sendEvents(window, events);
  setMenu(events);
  tellWhenAway(window, events);
  const { transfers, settings } = await snapshotOf(application);
  watchTransfers(window, events, transfers);
  memory.setTheme(settings.theme);
  events.on('settings.changed', ({ theme }) => memory.setTheme(theme));
}

const snapshotOf = ({ handlers }: Application): Promise<Snapshot> => handlers['app.snapshot']({}, { signal: new AbortController().signal });
