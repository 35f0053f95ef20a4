/** Can secrets be kept? `locked`: a call is waiting for the person at this moment. */
export type Availability = 'available' | 'missing' | 'locked';

/** Where secrets are: passwords and tokens, each under the id of its account. They are in no file, log, error or argument. */
export interface SecretStore {
  /** Undefined: there is none, or, as keychains put it when nobody could be asked to unlock them, they will not say. */
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  /** No error when there is none. */
  delete(name: string): Promise<void>;
  availability(): Promise<Availability>;
  /** Resolves when nothing is asked any more: while a question hangs the process cannot end in order. */
  idle?(): Promise<void>;
}

/** The name of the password for an account's proxy; the account's own secret is under its id alone. */
export function proxySecretName(accountId: string): string {
  return `${accountId}/proxy`;
}
