import { ProblemError } from '../../shared/errors.js';

/** Why a copy ended when the application did: it goes on when it is tried again, so that stores keep what they have. */
export const quitting = new ProblemError('cancelled', { message: 'Longshore was quit before this was done.', next: 'What was moved is kept: going on moves only the rest.' });
