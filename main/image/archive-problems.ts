import { ProblemError } from '../../shared/errors.js';

export function archiveInvalid(where: string, why: string, cause?: unknown): ProblemError {
  return new ProblemError('archive-invalid', {
    message: `${where} is not a sound image archive: ${why}.`,
    next: 'Save the image again where the archive was made, or check that this is the right file.',
    cause,
  });
}

export function archiveTruncated(where: string, why: string, cause?: unknown): ProblemError {
  return new ProblemError('archive-truncated', {
    message: `${where} is cut short: ${why}.`,
    next: 'Copy or download the file again and compare its size and checksum with the original.',
    cause,
  });
}

export function archiveUnsupported(where: string, why: string, next: string): ProblemError {
  return new ProblemError('archive-unsupported', { message: `${where} cannot be read: ${why}.`, next });
}
