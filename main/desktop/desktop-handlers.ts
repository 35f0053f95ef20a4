import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { clipboard, dialog, shell, type BrowserWindow } from 'electron';
import type { RequestInput } from '../../shared/contract/contract.js';
import { ProblemError } from '../../shared/errors.js';
import type { Handlers } from '../application/handlers.js';
import { saveDiagnostics } from './diagnostics.js';
import type { Log } from './log.js';
import { words } from './words.js';

export type DesktopRequest = 'app.copyText' | 'app.reveal' | 'app.chooseFile' | 'app.exportDiagnostics';

interface Parts {
  readonly window: BrowserWindow;
  readonly log: Log;
  readonly snapshot: Handlers<'app.snapshot'>['app.snapshot'];
}

/** The requests that need a desktop. */
export function desktopHandlers({ window, log, snapshot }: Parts): Handlers<DesktopRequest> {
  return {
    'app.copyText': async ({ text }) => clipboard.writeText(text),
    'app.reveal': async ({ path }) => {
      await expectFile(path);
      shell.showItemInFolder(path);
    },
    'app.chooseFile': ({ purpose, suggested }) => chooseFile(window, purpose, suggested),
    'app.exportDiagnostics': async (_, options) => saveDiagnostics(window, { log, snapshot: await snapshot({}, options) }),
  };
}

async function expectFile(path: string): Promise<void> {
  if (isAbsolute(path) && (await stat(path).catch(() => undefined))) return;
  throw new ProblemError('file-unknown', { message: `${path} is not there any more.`, next: 'It was moved or removed; look where you put it.' });
}

type Purpose = RequestInput<'app.chooseFile'>['purpose'];

async function chooseFile(window: BrowserWindow, purpose: Purpose, suggested: string | undefined): Promise<string | undefined> {
  const { title, filters } = words.chooseFile[purpose];
  const options = { title, ...(suggested !== undefined && { defaultPath: suggested }), filters };
  if (purpose === 'save-archive' || purpose === 'save-folder') {
    const { canceled, filePath } = await dialog.showSaveDialog(window, options);
    return canceled ? undefined : filePath;
  }
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { ...options, properties: ['openFile'] });
  return canceled ? undefined : filePaths[0];
}
