import { ProblemError, type ProblemCode } from '../../shared/errors.js';

const kinds: Readonly<Record<string, { code: ProblemCode; what: string; next: string }>> = {
  ENOSPC: { code: 'disk-full', what: 'the disk is full', next: 'Make room or choose another folder, then try again.' },
  EDQUOT: { code: 'disk-full', what: 'the disk quota is used up', next: 'Make room or choose another folder, then try again.' },
  EACCES: { code: 'disk-denied', what: 'access is denied', next: 'Check who owns the folder, or choose another one.' },
  EPERM: { code: 'disk-denied', what: 'access is denied', next: 'Check who owns the folder, or choose another one.' },
  EROFS: { code: 'disk-denied', what: 'the file system is read-only', next: 'Choose a folder that can be written to.' },
  EFBIG: { code: 'disk-failed', what: 'the file would be larger than is allowed here', next: 'Choose a folder on another file system, or raise the limit on file sizes.' },
  ENOENT: { code: 'file-unknown', what: 'there is no such file or folder', next: 'Check the path.' },
  EEXIST: { code: 'target-exists', what: 'there is a file of that name already', next: 'Choose another name, or move that file away.' },
  ENOTDIR: { code: 'file-unknown', what: 'a part of the path is not a folder', next: 'Check the path.' },
  EISDIR: { code: 'file-unknown', what: 'it is a folder', next: 'Name a file.' },
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** Does this come from the file system with the given code? */
export function isDiskError(error: unknown, code: string): boolean {
  return isSystemError(error) && error.code === code;
}

/**
 * Turns an error of `node:fs` into a problem that names the path; other errors come back as they are.
 * @param action what was tried, such as `write` or `read`
 */
export function diskProblem(error: unknown, action: string, path: string): unknown {
  if (!isSystemError(error) || error.syscall === undefined) return error;
  const kind = kinds[error.code ?? ''];
  return new ProblemError(kind?.code ?? 'disk-failed', {
    message: `Could not ${action} ${path}: ${kind?.what ?? error.message}.`,
    next: kind?.next ?? 'Check the disk, then try again.',
    detail: `${error.code ?? ''} ${error.syscall}`,
    path: kind?.code === 'disk-full' ? path : undefined,
    cause: error,
  });
}
