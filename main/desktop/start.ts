import { join } from 'node:path';
import { app, protocol } from 'electron';
import { locateProfile } from '../accounts/profile.js';
import { bundleScheme } from './bundle.js';
import { openDesktop } from './desktop.js';
import { isLink, linkScheme } from './links.js';
import { lockPages } from './lock-down.js';
import { openLog } from './log.js';
import { createOpenings } from './openings.js';
import { endOnFault } from './recover.js';

export interface Start {
  /** Links and files to open. */
  readonly words: readonly string[];
  /** Where the built preload script and page lie. */
  readonly folder: string;
}

/** What a second start hands to the first. */
interface Handed {
  readonly words: readonly string[];
  readonly folder: string;
}

/** Starts the window. Awaiting here that Electron is ready would wait for ever: it is, only after its first file has ended. */
export function startDesktop({ words, folder }: Start): void {
  const profile = locateProfile();
  // One window a profile: Chromium's own files, and with them the lock, lie in it.
  app.setPath('userData', join(profile.folder, 'window'));
  const handed: Handed = { words, folder: process.cwd() };
  if (!app.requestSingleInstanceLock(handed)) {
    app.exit(0);
    return;
  }

  const log = openLog(join(profile.folder, 'logs'));
  endOnFault(log);
  protocol.registerSchemesAsPrivileged([{ scheme: bundleScheme, privileges: { standard: true, secure: true, codeCache: true } }]);
  // The tests run as root, which only works without the sandbox.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  lockPages();

  const openings = createOpenings();
  const openAll = (given: Handed): void => {
    for (const word of given.words) if (isLink(word) || !word.startsWith('-')) openings.open(word, given.folder);
  };
  openAll(handed);
  app.on('second-instance', (_event, _argv, _folder, given) => openAll(given as Handed));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    openings.open(url, '/');
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openings.open(path, '/');
  });
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);

  void app.whenReady().then(() => openDesktop({ profile, folder, log, openings }));
}
