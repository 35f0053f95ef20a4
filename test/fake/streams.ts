import { PassThrough } from 'node:stream';
import type { Streams } from '../../main/commands/output.js';

/** The streams of a process whose words a test reads, on a terminal of the given width or piped. */
export class FakeStreams implements Streams {
  readonly stdin: NodeJS.ReadStream & PassThrough;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** What was written so far. */
  readonly written = { stdout: '', stderr: '' };

  constructor(terminal?: { columns: number }) {
    const shape = { isTTY: terminal !== undefined, columns: terminal?.columns };
    this.stdin = Object.assign(new PassThrough(), shape) as unknown as NodeJS.ReadStream & PassThrough;
    this.stdout = this.#collect('stdout', shape);
    this.stderr = this.#collect('stderr', shape);
  }

  #collect(name: 'stdout' | 'stderr', shape: object): NodeJS.WriteStream {
    const write = (part: string | Uint8Array, done?: () => void): boolean => {
      this.written[name] += typeof part === 'string' ? part : Buffer.from(part).toString('latin1');
      done?.();
      return true;
    };
    return Object.assign(new PassThrough(), shape, { write }) as unknown as NodeJS.WriteStream;
  }
}
