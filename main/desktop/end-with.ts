import { once } from 'node:events';

/** Ends the process once all that was written has left: Electron would wait for windows that never come. */
export async function endWith(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await once(stream, 'drain');
  }
  process.exit(code);
}
