import type { Keytar } from './keychain.js';

// Runs keytar in a process of its own: see keytar-process.ts. Talks to its parent over the channel between them alone.

/** A call of the parent. */
export interface KeytarCall {
  readonly id: number;
  readonly name: keyof Keytar;
  readonly words: readonly string[];
}

/** `id` 0 says whether keytar could be loaded. */
export interface KeytarAnswer {
  readonly id: number;
  readonly value?: string | boolean | null;
  readonly error?: string;
}

const answer = (message: KeytarAnswer): void => void process.send?.(message);
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

// An exit would wait for the call that hangs; and nobody is there any more who could want its answer.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

try {
  const keytar = (await import('keytar')).default as unknown as Record<keyof Keytar, (...words: readonly string[]) => Promise<string | boolean | null | void>>;
  process.on('message', ({ id, name, words }: KeytarCall) => {
    // keytar throws at once for words that it does not take.
    new Promise<string | boolean | null | void>((resolve) => resolve(keytar[name](...words))).then(
      (value) => answer({ id, ...(value !== undefined && { value }) }),
      (error: unknown) => answer({ id, error: wordsOf(error) }),
    );
  });
  answer({ id: 0 });
} catch (error) {
  answer({ id: 0, error: wordsOf(error) });
}

// Who loads this file does nothing else: an installed program would go on and open its window.
await new Promise(() => undefined);
