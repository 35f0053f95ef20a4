import { writeFile } from 'node:fs/promises';
import { app, dialog, type BrowserWindow } from 'electron';
import type { Snapshot } from '../../shared/contract/contract.js';
import { edition } from '../application/edition.js';
import { diskProblem } from '../disk/problems.js';
import type { Log } from './log.js';
import { formatDiagnostics } from './format-diagnostics.js';
import { words } from './words.js';

interface Parts {
  readonly log: Log;
  readonly snapshot: Snapshot;
}

/**
 * Lets the person save what helps to find a fault: one plain text, to be read before it is given to anybody.
 * @returns where it was written
 */
export async function saveDiagnostics(window: BrowserWindow, parts: Parts): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { title: words.diagnostics.title, defaultPath: words.diagnostics.suggested });
  if (canceled || !filePath) return undefined;
  try {
    await writeFile(filePath, formatDiagnostics({ ...parts, version: `${app.getVersion()}${edition()}` }));
  } catch (error) {
    throw diskProblem(error, 'write', filePath);
  }
  return filePath;
}
