import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { app, nativeTheme, screen, session, type BrowserWindow } from 'electron';
import type { Profile } from '../accounts/profile.js';
import { edition } from '../application/edition.js';
import { bundleOrigin, bundleScheme, openBundle } from './bundle.js';
import { noteComplaints } from './complaints.js';
import { readKeptWindow, themeSourceOf } from './kept-window.js';
import { leaveInOrder } from './leave.js';
import { lockSession } from './lock-down.js';
import type { Log } from './log.js';
import type { Openings } from './openings.js';
import { placeWindow } from './placement.js';
import { recoverPage } from './recover.js';
import { answerRequests } from './requests.js';
import { openWindow } from './window.js';

export interface Parts {
  readonly profile: Profile;
  readonly folder: string;
  readonly log: Log;
  readonly openings: Openings;
}

/** Of a page that never asks for its script, milliseconds. */
const scriptPatience = 1_000;

/** Shows the window first. Once its page has its files, the application is loaded here; the page waits at the gate. */
export function openDesktop({ profile, folder, log, openings }: Parts): void {
  log.write('info', `Longshore ${app.getVersion()}${edition()} on Electron ${process.versions.electron ?? ''} starts.`);
  app.setAboutPanelOptions({ applicationName: 'Longshore', applicationVersion: aboutVersion(), copyright: 'Apache-2.0' });
  lockSession(session.defaultSession);
  const scriptAsked = new Promise<void>((resolve) => session.defaultSession.protocol.handle(bundleScheme, openBundle(join(folder, 'renderer'), resolve)));

  const kept = readKeptWindow(app.getPath('userData'));
  nativeTheme.themeSource = themeSourceOf(kept.theme);
  const window = openWindow(placeWindow(kept.window, screen.getAllDisplays().map(({ workArea }) => workArea)), folder);
  loadFetch();
  window.webContents.setZoomLevel(kept.zoom ?? 0);
  recoverPage(window, log);
  noteComplaints(window.webContents, log);
  app.on('second-instance', () => show(window));
  app.on('activate', () => show(window));

  // Loading it takes 60 ms, in which the page would wait for its files and be painted 100 ms later.
  const connecting = Promise.race([scriptAsked, rest(scriptPatience)]).then(() => import('./connect.js')).then(({ connect }) => connect({ profile, window, log, openings }));
  answerRequests(window, connecting.then(({ gate }) => gate), log);
  leaveInOrder(window, { running: async () => (await connecting).running(), close: async () => (await connecting).close() });
}

/** Node loads its `Request` and `Response` with the first of them, in 30 ms: now, while the page's process starts, and not when that asks for its first file. */
function loadFetch(): void {
  void [new Request(`${bundleOrigin}/`), new Response('')];
}

function show(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

const aboutVersion = (): string => `${app.getVersion()}${edition()} on Electron ${process.versions.electron ?? ''}${edition() === '' ? '' : ', not for release'}`;
