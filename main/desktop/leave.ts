import { app, dialog, powerMonitor, type BrowserWindow } from 'electron';
import { words } from './words.js';

interface Parts {
  /** How many transfers run. */
  running(): Promise<number>;
  /** Ends them, and lets go of what is held. */
  close(): Promise<void>;
}

/** Whatever hangs while closing, the journal knows about it at the next start. */
const closeMilliseconds = 5_000;

/** Every way out leads through here: a question when transfers run, then an orderly end. On macOS the closed window only hides. */
export function leaveInOrder(window: BrowserWindow, { running, close }: Parts): void {
  let leaving: 'no' | 'asking' | 'closing' | 'done' = 'no';

  const leave = async (ask: boolean): Promise<void> => {
    if (leaving !== 'no') return;
    leaving = 'asking';
    if (ask && !(await mayQuit(window, await running().catch(() => 0)))) {
      leaving = 'no';
      return;
    }
    leaving = 'closing';
    const closed = close().then(() => true, () => true);
    const inOrder = await Promise.race([closed, new Promise<boolean>((resolve) => setTimeout(() => resolve(false), closeMilliseconds))]);
    leaving = 'done';
    // A thread that hangs, such as one at a keychain whose question nobody sees, would turn the end into a crash.
    if (!inOrder) app.once('quit', () => process.kill(process.pid, 'SIGKILL'));
    app.quit();
  };

  app.on('before-quit', (event) => {
    if (leaving === 'done') return;
    event.preventDefault();
    void leave(true);
  });
  window.on('close', (event) => {
    if (leaving === 'done') return;
    event.preventDefault();
    if (process.platform === 'darwin') window.hide();
    else void leave(true);
  });
  // The machine is going down, or whoever started us wants us gone: there is nobody to ask.
  powerMonitor.on('shutdown', () => void leave(false));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(false));
}

async function mayQuit(window: BrowserWindow, running: number): Promise<boolean> {
  if (running === 0) return true;
  const { message, detail, stay, quit } = words.quit;
  const { response } = await dialog.showMessageBox(window, { type: 'question', message: message(running), detail, buttons: [stay, quit], defaultId: 0, cancelId: 0 });
  return response === 1;
}
