import { join } from 'node:path';
import { app, dialog, session, type BrowserWindow } from 'electron';
import type { Snapshot } from '../../shared/contract/contract.js';
import type { Profile } from '../accounts/profile.js';
import { openApplication, type Application } from '../application/application.js';
import type { Handlers } from '../application/handlers.js';
import { toProblem } from '../disk/to-problem.js';
import { bundleScheme, openBundle } from './bundle.js';
import { noteComplaints } from './complaints.js';
import { desktopHandlers } from './desktop-handlers.js';
import { edition } from './edition.js';
import { createGate } from './gate.js';
import { leaveInOrder } from './leave.js';
import { lockSession } from './lock-down.js';
import type { Log } from './log.js';
import { setMenu } from './menu.js';
import { tellWhenAway } from './notices.js';
import type { Openings } from './openings.js';
import { recoverPage } from './recover.js';
import { answerRequests, sendEvents } from './requests.js';
import { isRunning } from './running.js';
import { watchTransfers } from './watch-transfers.js';
import { openWindowMemory, type WindowMemory } from './window-memory.js';
import { openWindow } from './window.js';

interface Parts {
  readonly profile: Profile;
  readonly folder: string;
  readonly log: Log;
  readonly openings: Openings;
}

/** Puts the window on the application. The page loads while the application opens, and waits at the gate. */
export async function openDesktop({ profile, folder, log, openings }: Parts): Promise<void> {
  log.write('info', `Longshore ${app.getVersion()}${edition()} on Electron ${process.versions.electron ?? ''} starts.`);
  app.setAboutPanelOptions({ applicationName: 'Longshore', applicationVersion: aboutVersion(), copyright: 'Apache-2.0' });
  lockSession(session.defaultSession);
  session.defaultSession.protocol.handle(bundleScheme, openBundle(join(folder, 'renderer')));

  const memory = openWindowMemory();
  const window = openWindow(memory.placement(), folder);
  memory.follow(window);
  recoverPage(window, log);
  noteComplaints(window.webContents, log);
  app.on('second-instance', () => show(window));
  app.on('activate', () => show(window));

  const opening = openApplication({ profile, onNotice: (text) => log.write('warn', text) });
  answerRequests(window, createGate(opening.then((application) => allHandlers(application, { window, log, openings })), log), log);
  try {
    await connect(window, await opening, memory);
  } catch (error) {
    const { message, next, detail } = toProblem(error);
    log.write('error', `${message} ${detail ?? ''}`);
    dialog.showErrorBox(message, next);
    app.exit(1);
  }
}

interface HandlerParts {
  readonly window: BrowserWindow;
  readonly log: Log;
  readonly openings: Openings;
}

function allHandlers({ handlers, events }: Application, { window, log, openings }: HandlerParts): Handlers {
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

async function connect(window: BrowserWindow, application: Application, memory: WindowMemory): Promise<void> {
  const { handlers, events } = application;
  sendEvents(window, events);
  setMenu(events);
  tellWhenAway(window, events);
  events.on('settings.changed', ({ theme }) => memory.setTheme(theme));
  const snapshot = (): Promise<Snapshot> => handlers['app.snapshot']({}, { signal: new AbortController().signal });
  const { transfers, settings } = await snapshot();
  memory.setTheme(settings.theme);
  watchTransfers(window, events, transfers);
  // Events come a little late: whoever leaves is told what runs now.
  const running = async (): Promise<number> => (await snapshot()).transfers.filter(isRunning).length;
  leaveInOrder(window, { running, close: () => application.close() });
}

function show(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

const aboutVersion = (): string => (edition() === '' ? app.getVersion() : `${app.getVersion()}${edition()}, not for release`);
