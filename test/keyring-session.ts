import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { runCommand } from '../scripts/local/run-command.js';
import { follow } from './unit/run-child.js';

export interface KeyringSession {
  /** Leads programs to the session's keychain. */
  readonly env: NodeJS.ProcessEnv;
  /** Locks the keychain; whoever asks it from then on waits for a prompt that nobody answers. */
  lock(): Promise<void>;
  /** Everything that was kept is gone with it. */
  close(): Promise<void>;
}

/** An unlocked keychain in a session of its own, as long as a test needs it. @param asUser the words that make a command run as a user */
export async function openKeyringSession(asUser: readonly string[] = []): Promise<KeyringSession> {
  const script = 'echo "bus $DBUS_SESSION_BUS_ADDRESS"; exec cat > /dev/null';
  const [command = '', ...rest] = [...asUser, join(import.meta.dirname, 'keyring-session.sh'), '--silent-prompter', 'sh', '-c', script];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], HOME: '/nonexistent', LANG: 'C.UTF-8' } });
  const ended = once(child, 'close');
  const address = (await follow(child).sees('bus ')).slice('bus '.length);
  const env = { DBUS_SESSION_BUS_ADDRESS: address };
  return {
    env,
    async lock() {
      const [program = '', ...words] = [...asUser, 'dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', 'array:objpath:/org/freedesktop/secrets/collection/login'];
      await runCommand(program, words, { env: { ...process.env, ...env } });
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
