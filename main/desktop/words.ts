import type { FileFilter } from 'electron';
import type { RequestInput } from '../../shared/contract/contract.js';

interface FileQuestion {
  readonly title: string;
  readonly filters: FileFilter[];
}

const everything: FileFilter = { name: 'All files', extensions: ['*'] };

const chooseFile: Readonly<Record<RequestInput<'app.chooseFile'>['purpose'], FileQuestion>> = {
  'archive': { title: 'Open an archive', filters: [{ name: 'Image archives', extensions: ['tar', 'tgz', 'gz', 'zst', 'xz', 'bz2'] }, everything] },
  'certificate': { title: 'Choose a certificate authority', filters: [{ name: 'Certificates', extensions: ['pem', 'crt', 'cer'] }, everything] },
  'save-archive': { title: 'Save the archive as', filters: [{ name: 'Image archive', extensions: ['tar'] }] },
  'save-folder': { title: 'Save the image layout as a new folder', filters: [] },
};

/** What Longshore says outside its page: menus, dialogs, notices. */
export const words = {
  chooseFile,
  diagnostics: { title: 'Save the report', suggested: 'longshore-report.txt' },
  quit: {
    message: (running: number): string => (running === 1 ? 'A transfer is still running.' : `${running} transfers are still running.`),
    detail: 'They stop when Longshore quits. Started again, they go on with what is here already.',
    stay: 'Keep running',
    quit: 'Quit and stop',
  },
  notice: {
    done: 'Done',
    failed: 'Failed',
  },
  crash: {
    message: 'The window has failed several times in a row.',
    detail: 'Running transfers go on. The report tells what happened.',
    again: 'Try again',
    quit: 'Quit',
  },
  hang: {
    message: 'The window does not answer.',
    detail: 'Running transfers go on either way.',
    wait: 'Wait',
    reload: 'Reload',
  },
  fault: {
    message: 'Something went wrong inside Longshore, and it has to end.',
    copy: 'Copy the report and quit',
    quit: 'Quit',
  },
} as const;
