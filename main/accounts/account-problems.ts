import type { Account } from '../../shared/account.js';
import { ProblemError } from '../../shared/errors.js';

export function accountUnknown(name: string, accounts: readonly Account[]): ProblemError {
  const known = accounts.map((account) => account.name).join(', ');
  return new ProblemError('account-unknown', {
    message: `There is no account ${JSON.stringify(name)}.`,
    next: known ? `The accounts are: ${known}.` : 'Add one first.',
    ...(!known && { command: 'Make one with `longshore login HOST`.' }),
  });
}

export function accountAmbiguous(host: string, candidates: readonly Account[]): ProblemError {
  const names = candidates.map((account) => account.name);
  return new ProblemError('account-ambiguous', {
    message: `${host} has ${names.length} accounts: ${names.join(', ')}.`,
    next: 'Say which one is meant.',
    command: `Say which one with --account, such as --account ${JSON.stringify(names[0])}.`,
  });
}

export function nameTaken(name: string): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `There is an account ${JSON.stringify(name)} already.`,
    next: 'Choose another name, or remove that account.',
    command: 'Choose another name with --name, or remove that account with `longshore logout`.',
  });
}

export function accountInvalid(reasons: readonly string[]): ProblemError {
  return new ProblemError('usage-invalid', {
    message: `This account cannot be kept: ${reasons.join('; ')}.`,
    next: 'Correct what is named, then try again.',
  });
}
