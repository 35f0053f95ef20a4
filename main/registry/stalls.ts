import { ProblemError } from '../../shared/errors.js';

/** The far end sends nothing. @param stall milliseconds */
export function sentNothing(host: string, stall: number): ProblemError {
  return new ProblemError('timed-out', { message: `${host} sent nothing for ${Math.round(stall / 1000)} s in the middle of an answer.`, next });
}

/** The far end takes nothing. @param stall milliseconds */
export function tookNothing(host: string, stall: number): ProblemError {
  return new ProblemError('timed-out', { message: `${host} took nothing of an upload for ${Math.round(stall / 1000)} s.`, next });
}

const next = 'Try again; when it stays so, check whether a firewall or a proxy stands in between.';
