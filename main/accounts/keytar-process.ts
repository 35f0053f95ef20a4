import { spawn, type ChildProcess } from 'node:child_process';
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
 * @param command starts keychain-process.ts
 */
export async function startKeytarProcess([program, ...words]: readonly [string, ...string[]]): Promise<Keytar> {
  // The variable lets an Electron that runs sources read the file as plain Node does.
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } });
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
  // Whoever calls waits with a time-out of its own, and must be able to end after it.
  child.unref();
  child.channel?.unref();
  await new Promise((resolve, reject) => waiting.set(0, { resolve, reject }));
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
