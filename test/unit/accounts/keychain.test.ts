import { expect, test } from 'vitest';
import { openKeychain, type Keytar } from '../../../main/accounts/keychain.js';
import { problemOf } from './problem-of.js';

/** A keychain in memory that counts how many calls it is in at once. */
function memoryKeytar(): Keytar & { busiest: number; calls: number } {
  const items = new Map<string, string>();
  let busy = 0;
  const counted = async <T>(work: () => T): Promise<T> => {
    keytar.calls += 1;
    keytar.busiest = Math.max(keytar.busiest, ++busy);
    await new Promise(setImmediate);
    busy -= 1;
    return work();
  };
  const keytar = {
    busiest: 0,
    calls: 0,
    getPassword: (service: string, account: string) => counted(() => items.get(`${service}/${account}`) ?? null),
    setPassword: (service: string, account: string, password: string) => counted(() => void items.set(`${service}/${account}`, password)),
    deletePassword: (service: string, account: string) => counted(() => items.delete(`${service}/${account}`)),
  };
  return keytar;
}

/** A keychain whose calls end only when the test says so. */
function hangingKeytar(): { keytar: Keytar; answer: (secret: string | null) => void } {
  const pending: ((secret: string | null) => void)[] = [];
  const hang = () => new Promise<string | null>((resolve) => pending.push(resolve));
  return {
    keytar: { getPassword: hang, setPassword: async () => void (await hang()), deletePassword: async () => (await hang()) !== null },
    answer: (secret) => pending.splice(0).forEach((resolve) => resolve(secret)),
  };
}

test('keeps, gives, replaces and forgets secrets', async () => {
  const keytar = memoryKeytar();
  const keychain = openKeychain({ load: async () => keytar });
  await keychain.set('a', 'first');
  await keychain.set('a', 'sécond');
  expect(await keychain.get('a')).toBe('sécond');
  await keychain.delete('a');
  await keychain.delete('a');
  expect(await keychain.get('a')).toBeUndefined();
  expect(await keychain.availability()).toBe('available');
});

test('makes one call at a time, however many are asked for', async () => {
  const keytar = memoryKeytar();
  const keychain = openKeychain({ load: async () => keytar });
  await Promise.all(Array.from({ length: 12 }, (_, index) => keychain.set(`account ${index}`, 'secret')));
  expect(keytar.calls).toBe(12);
  expect(keytar.busiest).toBe(1);
});

test('while a call hangs the rest fail at once as locked, and it works again when the call returns', async () => {
  const { keytar, answer } = hangingKeytar();
  const keychain = openKeychain({ load: async () => keytar, patience: 30 });
  const calls = [keychain.get('a'), keychain.get('b'), keychain.set('c', 'secret')];
  for (const call of calls) expect((await problemOf(call)).code).toBe('keychain-locked');
  expect((await problemOf(keychain.delete('d'))).code).toBe('keychain-locked');
  expect(await keychain.availability()).toBe('locked');
  // Had the others reached the keychain, they would hang beside the first and be answered with it.
  answer('late');
  await new Promise(setImmediate);
  const again = keychain.get('a');
  await new Promise(setImmediate);
  answer('secret');
  expect(await again).toBe('secret');
});

test('is idle once the call that hung was answered, not when patience with it is over', async () => {
  const { keytar, answer } = hangingKeytar();
  const keychain = openKeychain({ load: async () => keytar, patience: 20 });
  let idle = false;
  await keychain.idle?.();
  expect((await problemOf(keychain.get('a'))).code).toBe('keychain-locked');
  const waiting = keychain.idle?.().then(() => (idle = true));
  await new Promise(setImmediate);
  expect(idle).toBe(false);
  answer('late');
  await waiting;
});

test('only the call that hangs has reached the keychain', async () => {
  let reached = 0;
  const hang = () => {
    reached += 1;
    return new Promise<never>(() => {});
  };
  const keychain = openKeychain({ load: async () => ({ getPassword: hang, setPassword: hang, deletePassword: hang }), patience: 20 });
  await Promise.allSettled(Array.from({ length: 5 }, () => keychain.get('a')));
  await Promise.allSettled([keychain.set('a', 'x'), keychain.delete('a')]);
  expect(reached).toBe(1);
});

test('a keychain that cannot even be started counts as one that hangs', async () => {
  const keychain = openKeychain({ load: () => new Promise<never>(() => {}), patience: 20 });
  expect((await problemOf(keychain.get('a'))).code).toBe('keychain-locked');
  expect(await keychain.availability()).toBe('locked');
});

test('a machine without keytar has no keychain, and the sentence says what serves in its stead', async () => {
  const keychain = openKeychain({ load: async () => { throw new Error('libsecret-1.so.0: cannot open shared object file'); } });
  const { problem } = await problemOf(keychain.get('a'));
  expect(problem).toMatchObject({ code: 'keychain-missing', layer: 'keychain' });
  expect(problem.command).toMatch(/LONGSHORE_USERNAME and LONGSHORE_PASSWORD or by --credential-file/);
  expect(problem.detail).toContain('libsecret');
  expect(await keychain.availability()).toBe('missing');
});

test.each([
  ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'keychain-missing'],
  ['Could not connect: No such file or directory', 'keychain-missing'],
  ['Unknown or unsupported transport “disabled” for address “disabled:”', 'keychain-missing'],
  ['The name org.freedesktop.secrets was not provided by any .service files', 'keychain-missing'],
  ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'keychain-missing'],
  ['Cannot create an item in a locked collection', 'keychain-locked'],
  ['Prompt dismissed', 'keychain-locked'],
  ['User interaction is not allowed.', 'keychain-locked'],
  ['Timeout was reached', 'keychain-locked'],
  ['The parameter is incorrect.', 'keychain-failed'],
])('%s is told as %s', async (words, code) => {
  const fail = () => Promise.reject(new Error(words));
  const keychain = openKeychain({ load: async () => ({ getPassword: fail, setPassword: fail, deletePassword: fail }) });
  expect((await problemOf(keychain.get('a'))).code).toBe(code);
});

test('an empty secret is refused before the keychain is asked', async () => {
  const keytar = memoryKeytar();
  const keychain = openKeychain({ load: async () => keytar });
  expect((await problemOf(keychain.set('a', ''))).code).toBe('usage-invalid');
  expect(keytar.calls).toBe(0);
});
