import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startInBackground } from '../local/background.js';
import type { GeneratedImage } from '../local/generating-registry.js';
import type { SlowLink } from './slow-link.js';

/** The built scripts/bench-process.ts. */
export const processEntry = resolve('dist/scripts/bench-process.js');

export interface StartedServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Every request in Apache's combined format, of a registry. */
  readonly accessLog: string;
  stop(): Promise<void>;
}

/** Puts a slow link before `host:port`, in a process of its own, so that it takes no time from what is measured. */
export const startLink = (target: string, link: SlowLink, folder: string): Promise<StartedServer> => start('slow-link', { target, link }, folder);

/** A registry that makes what it serves, in a process of its own. */
export const startGeneratingRegistry = (images: readonly GeneratedImage[], folder: string): Promise<StartedServer> => start('generating-registry', { images }, folder);

async function start(name: string, what: object, folder: string): Promise<StartedServer> {
  const own = await mkdtemp(join(folder, `${name}-`));
  const accessLog = join(own, 'output');
  const server = await startInBackground(process.execPath, [processEntry, name, JSON.stringify(what)], {
    ready: /listening on (127\.0\.0\.1:\d+)/,
    outputFile: accessLog,
    errorFile: join(own, 'errors'),
  });
  return { host: server.ready[1]!, accessLog, stop: server.stop };
}
