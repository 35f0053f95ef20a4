import { fork, type ChildProcess } from 'node:child_process';
import type { KeytarAnswer, KeytarCall } from './keychain-process.js';
import type { Keytar } from './keychain.js';

interface Waiting {
  resolve(value: KeytarAnswer['value']): void;
  reject(error: Error): void;
}

/**
 * keytar in a process of its own. A call that waits for a prompt holds a pool thread, and a process with such a thread
 * cannot end: a script on a machine whose keychain never answers would hang for good. Here it is the child that has the
 * thread, and it dies with its parent.
 * @param entry the built keychain-process.ts
 */
export async function startKeytarProcess(entry: string): Promise<Keytar> {
  const child = fork(entry, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const waiting = new Map<number, Waiting>();
  const ended = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('The process that talks to the keychain ended.'));
    waiting.clear();
  };
  child.on('message', ({ id, value, error }: KeytarAnswer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  child.once('error', ended).once('exit', ended);
  await new Promise((resolve, reject) => waiting.set(0, { resolve, reject }));
  // Whoever calls waits with a time-out of its own, and must be able to end after it.
  child.unref();
  child.channel?.unref();
  return callsOf(child, waiting);
}

function callsOf(child: ChildProcess, waiting: Map<number, Waiting>): Keytar {
  let last = 0;
  const call = (name: keyof Keytar, ...words: readonly string[]): Promise<KeytarAnswer['value']> =>
    new Promise((resolve, reject) => {
      const message: KeytarCall = { id: (last += 1), name, words };
      waiting.set(message.id, { resolve, reject });
      child.send(message, (error) => {
        if (error) reject(error);
      });
    });
  return {
    getPassword: async (service, account) => ((await call('getPassword', service, account)) as string | null | undefined) ?? null,
    setPassword: async (service, account, password) => void (await call('setPassword', service, account, password)),
    deletePassword: async (service, account) => (await call('deletePassword', service, account)) === true,
  };
}
