import { ipcMain, type BrowserWindow, type WebContents } from 'electron';
import { eventChannel, requestChannel } from '../../shared/contract/channels.js';
import type { EventHub } from '../application/event-hub.js';
import type { Gate } from './gate.js';
import type { Log } from './log.js';
import { isOurPage } from './sender.js';

/**
 * Lets the window's own page ask, and nobody else. What a page asked for is given up when it goes.
 * @param opening the gate may still be loading when the page asks for the first time
 */
export function answerRequests(window: BrowserWindow, opening: Promise<Gate>, log: Log): void {
  const signalOf = pageSignal(window.webContents);
  ipcMain.handle(requestChannel, async (event, name: unknown, input: unknown) => {
    if (!isOurPage(event, window.webContents)) {
      log.write('error', 'A request of a page that is not ours was refused.');
      throw new Error('This page may not ask.');
    }
    const signal = signalOf();
    return (await opening)(name, input, { signal });
  });
}

/** Tells the page what happens. A page that is loading misses it, and takes a snapshot. */
export function sendEvents(window: BrowserWindow, events: EventHub): void {
  events.listen((event) => {
    if (!window.isDestroyed()) window.webContents.send(eventChannel, event);
  });
}

function pageSignal(contents: WebContents): () => AbortSignal {
  let life = new AbortController();
  const end = (): void => {
    life.abort();
    life = new AbortController();
  };
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) end();
  });
  contents.on('render-process-gone', end);
  contents.on('destroyed', end);
  return () => life.signal;
}
