import { once } from 'node:events';
import { app, dialog, type BrowserWindow } from 'electron';
import type { Snapshot } from '../../shared/contract/contract.js';
import type { Profile } from '../accounts/profile.js';
import { openApplication, type Application } from '../application/application.js';
import type { Handlers } from '../application/handlers.js';
import { toProblem } from '../disk/to-problem.js';
import { desktopHandlers } from './desktop-handlers.js';
import { createGate, type Gate } from './gate.js';
import { leaveInOrder } from './leave.js';
import type { Log } from './log.js';
import { setMenu } from './menu.js';
import { tellWhenAway } from './notices.js';
import type { Openings } from './openings.js';
import { sendEvents } from './requests.js';
import { isRunning } from './running.js';
import { watchTransfers } from './watch-transfers.js';

interface Parts {
  readonly profile: Profile;
  readonly window: BrowserWindow;
  readonly log: Log;
  readonly openings: Openings;
}

/** Opens the application behind the window. The gate takes requests at once, and answers when it is open. */
export function connect(parts: Parts): Gate {
  const { profile, window, log, openings } = parts;
  const opening = openApplication({ profile, onNotice: (text) => log.write('warn', text) });
  opening.then((application) => follow(window, application)).catch((error: unknown) => {
    const { message, next, detail } = toProblem(error);
    log.write('error', `${message} ${detail ?? ''}`);
    dialog.showErrorBox(message, next);
    app.exit(1);
  });
  return createGate(opening.then((application) => allHandlers(application, { window, log, openings })), log);
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

async function follow(window: BrowserWindow, application: Application): Promise<void> {
  const { handlers, events } = application;
  sendEvents(window, events);
  setMenu(events);
  tellWhenAway(window, events);
  const snapshot = (): Promise<Snapshot> => handlers['app.snapshot']({}, { signal: new AbortController().signal });
  watchTransfers(window, events, (await snapshot()).transfers);
  // Events come a little late: whoever leaves is told what runs now.
  const running = async (): Promise<number> => (await snapshot()).transfers.filter(isRunning).length;
  leaveInOrder(window, { running, close: () => application.close() });

  // What is only kept for the next start is loaded once the window can be seen.
  if (!window.isVisible()) await once(window, 'show');
  const { openWindowMemory } = await import('./window-memory.js');
  const memory = openWindowMemory(window);
  memory.setTheme((await snapshot()).settings.theme);
  events.on('settings.changed', ({ theme }) => memory.setTheme(theme));
}
