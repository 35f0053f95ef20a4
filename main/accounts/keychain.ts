import { isProblem } from '../../shared/errors.js';
import { emptySecret, keychainLocked, keychainMissing, keychainProblem } from './keychain-problems.js';
import type { SecretStore } from './secret-store.js';

/** The three functions of keytar that are used. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export interface KeychainOptions {
  readonly load?: () => Promise<Keytar>;
  /** Milliseconds after which a call counts as hanging. */
  readonly patience?: number;
}

/** Items of ours in the system's keychain. */
const service = 'longshore';
/** An item that never exists: asking for it shows whether there is a keychain at all, and opens no prompt. */
const nobody = 'nobody';
/** Long enough to type a password into the keychain's prompt, short enough to wait for one that is out of sight. */
const defaultPatience = 15_000;

/**
 * The keychain of the operating system, through keytar. A call waits as long as its prompt is open and holds one of
 * Node's four pool threads meanwhile; four such calls would stop every file and name look-up. So there is one call at a
 * time, and while one hangs all others fail at once.
 * @throws ProblemError `keychain-missing`, `keychain-locked`, `keychain-failed` from all methods but `availability`
 */
export function openKeychain({ load = loadKeytar, patience = defaultPatience }: KeychainOptions = {}): SecretStore {
  let hanging = false;
  let last: Promise<unknown> = Promise.resolve();
  let working: Promise<unknown> = Promise.resolve();

  const enqueue = <T>(call: (keytar: Keytar) => Promise<T>, secret?: string): Promise<T> => {
    const turn = last.then(async () => {
      if (hanging) throw keychainLocked('it still waits for an answer to its own question');
      const loaded = load().catch((error: unknown) => {
        throw keychainMissing(error);
      });
      const answer = loaded.then(call);
      working = answer.catch(() => undefined);
      return withinPatience(answer).catch((error: unknown) => {
        throw keychainProblem(error, secret);
      });
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  const withinPatience = <T>(pending: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        hanging = true;
        reject(keychainLocked(`it gave no answer within ${patience / 1000} seconds`));
      }, patience);
      void pending.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        hanging = false;
      });
    });

  return {
    get: (name) => enqueue(async (keytar) => (await keytar.getPassword(service, name)) ?? undefined),
    async set(name, secret) {
      if (secret === '') throw emptySecret();
      await enqueue(async (keytar) => keytar.setPassword(service, name, secret), secret);
    },
    async idle() {
      await last;
      await working;
    },
    delete: (name) => enqueue(async (keytar) => void (await keytar.deletePassword(service, name))),
    async availability() {
      if (hanging) return 'locked';
      try {
        await enqueue((keytar) => keytar.getPassword(service, nobody));
        return 'available';
      } catch (error) {
        return isProblem(error, 'keychain-locked') ? 'locked' : 'missing';
      }
    },
  };
}

/** Only here is keytar loaded, and only when a secret is asked for: it is optional and not there on every machine. */
async function loadKeytar(): Promise<Keytar> {
  return (await import('keytar')).default;
}
