import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInBackground } from './background.js';

/** As large as the window is at first, and some way to move it. */
const screen = '1440x1000x24';

export interface Display {
  /** For the variable DISPLAY. */
  readonly name: string;
  close(): Promise<void>;
}

/** A display that nobody sees, with a number that no other has. */
export async function openDisplay(): Promise<Display> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-display-'));
  // Without -noreset it begins anew when the last window is gone, and refuses the next one meanwhile.
  const server = await startInBackground('Xvfb', ['-displayfd', '1', '-screen', '0', screen, '-nolisten', 'tcp', '-noreset'], {
    ready: /^(\d+)\n/m,
    outputFile: join(folder, 'output'),
    errorFile: join(folder, 'errors'),
  });
  return {
    name: `:${server.ready[1]!}`,
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
