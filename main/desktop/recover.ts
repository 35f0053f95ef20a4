import { app, clipboard, dialog, type BrowserWindow } from 'electron';
import type { Log } from './log.js';
import { words } from './words.js';

/** A page that fails this often within this time would fail again. */
const mostFailures = 3;
const withinMilliseconds = 60_000;

/** Loads the page again when it crashed or hangs; transfers live here and go on. */
export function recoverPage(window: BrowserWindow, log: Log): void {
  let failures: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    log.write('error', `The page's process ended: ${reason} (${exitCode}).`);
    failures = [...failures, Date.now()].filter((at) => at > Date.now() - withinMilliseconds);
    if (failures.length < mostFailures) window.webContents.reload();
    else void askAfterFailures(window);
  });
  window.on('unresponsive', () => {
    log.write('warn', 'The page does not answer.');
    void askAfterHang(window);
  });
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (reason !== 'clean-exit') log.write('warn', `A process ended: ${type}, ${reason}.`);
  });
}

async function askAfterFailures(window: BrowserWindow): Promise<void> {
  const { message, detail, again, quit } = words.crash;
  const { response } = await dialog.showMessageBox(window, { type: 'error', message, detail, buttons: [again, quit], defaultId: 0, cancelId: 0 });
  if (response === 0) window.webContents.reload();
  else app.quit();
}

async function askAfterHang(window: BrowserWindow): Promise<void> {
  const { message, detail, wait, reload } = words.hang;
  const { response } = await dialog.showMessageBox(window, { type: 'warning', message, detail, buttons: [wait, reload], defaultId: 0, cancelId: 0 });
  if (response === 1) window.webContents.forcefullyCrashRenderer();
}

/** The last resort for what nobody caught in the main process: it is written down, told, and ends the program. */
export function endOnFault(log: Log): void {
  const end = async (error: unknown): Promise<void> => {
    const report = reportOf(error);
    log.write('error', report);
    const { message, copy, quit } = words.fault;
    const choice = app.isReady() ? dialog.showMessageBoxSync({ type: 'error', message, detail: report.slice(0, 2000), buttons: [copy, quit], defaultId: 1, cancelId: 1 }) : 1;
    if (choice === 0) await clipboard.writeText(report);
    app.exit(1);
  };
  process.on('uncaughtException', (error) => void end(error));
  // Something was left undone, and nothing is broken: it is written down.
  process.on('unhandledRejection', (error) => log.write('error', `Nobody waited for this: ${reportOf(error)}`));
}

const reportOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
