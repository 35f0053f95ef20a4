import { isProblem, ProblemError, type ProblemCode } from '../../shared/errors.js';

const commandWithoutKeychain = 'Give the user and password by LONGSHORE_USERNAME and LONGSHORE_PASSWORD or by --credential-file';

export function keychainMissing(error: unknown): ProblemError {
  return new ProblemError('keychain-missing', {
    message: 'This machine has no keychain that Longshore could keep secrets in.',
    next: 'Start a Secret Service such as gnome-keyring or KWallet and sign in again; until then secrets are kept no longer than Longshore runs.',
    command: `${commandWithoutKeychain}, or start a Secret Service such as gnome-keyring or KWallet and sign in again.`,
    detail: wordsOf(error),
  });
}

/** @param why continues "The keychain is locked:" */
export function keychainLocked(why: string): ProblemError {
  return new ProblemError('keychain-locked', {
    message: `The keychain is locked: ${why}.`,
    next: 'Unlock it, perhaps in a window behind this one, and try again.',
    command: `Unlock it, perhaps in a window behind this one, and try again. ${commandWithoutKeychain} where nobody can unlock it.`,
  });
}

/**
 * A keychain gives nothing for an account that has a secret. libsecret says the same for a locked keyring that nobody
 * can be asked to unlock and for an item that was removed; both are told.
 */
export function secretWithheld(accountName: string, host: string): ProblemError {
  return new ProblemError('keychain-locked', {
    message: `The keychain gave no secret for the account ${accountName}: it is locked, or the secret was removed from it.`,
    next: 'Unlock the keychain and try again, or type the secret anew.',
    command: `Unlock the keychain and try again, or sign in anew with \`longshore login ${host}\`.`,
  });
}

export function emptySecret(): ProblemError {
  return new ProblemError('usage-invalid', {
    message: 'The password is empty, and keychains keep no empty secrets.',
    next: 'Type the password, or make an account without one.',
  });
}

/** How the three systems' keychains put it; the first row that fits counts. */
const sayings: readonly { readonly words: RegExp; readonly code: ProblemCode }[] = [
  // Electron, where it finds no bus, sets its address to “disabled:”.
  { words: /D-?Bus|org\.freedesktop\.secrets|Could not connect|Connection refused|unsupported transport/i, code: 'keychain-missing' },
  // gnome-keyring without any keyring yet, when nobody can be asked for its first password.
  { words: /Object does not exist at path/i, code: 'keychain-missing' },
  { words: /locked|dismissed|cancell?ed|interaction is not allowed|Timeout was reached|timed out/i, code: 'keychain-locked' },
];

/** @param secret is kept out of the detail, whatever the keychain says */
export function keychainProblem(error: unknown, secret?: string): ProblemError {
  if (isProblem(error)) return error;
  const words = wordsOf(error);
  const safe = secret === undefined ? words : words.replaceAll(secret, '…');
  const code = sayings.find((saying) => saying.words.test(words))?.code;
  if (code === 'keychain-missing') return keychainMissing(safe);
  if (code === 'keychain-locked') return keychainLocked('it could not be asked to open');
  return new ProblemError('keychain-failed', {
    message: 'The keychain answered with an error.',
    next: 'Try again; when it stays so, look at the keychain with its own program.',
    command: `Try again. ${commandWithoutKeychain} to go on without it.`,
    detail: safe,
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
