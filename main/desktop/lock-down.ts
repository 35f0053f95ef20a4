import { app, type Session, type WebContents } from 'electron';
import { bundleScheme } from './bundle.js';

/** Chromium's own inspector asks for its pages itself. */
const ownSchemes: readonly string[] = [`${bundleScheme}:`, 'devtools:'];

/** Takes from a session all that the window never needs: permissions, devices, downloads, and the network. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !ownSchemes.includes(new URL(url).protocol) }));
  // Its dictionaries come from the network.
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
}

/** Every page that ever comes to be stays where it is, and opens no other. */
export function lockPages(): void {
  app.on('web-contents-created', (_event, contents) => lockPage(contents));
}

function lockPage(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
