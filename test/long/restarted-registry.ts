import { join } from 'node:path';
import { startDockerRegistry } from '../../scripts/local/docker-registry.js';
import { startLongshore } from '../e2e/longshore.js';

/** A registry whose process is ended and started again, over the same data and at the same port. */
export interface RestartedRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Answers to requests that name it by this host, and to no others. */
  readonly ownHost: boolean;
  /** Ends it by a signal, waits for that, and starts it. */
  restart(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly host: string;
  readonly pid: number;
  readonly ended: Promise<unknown>;
}

async function keep<Each extends Running>(start: (before: Each | undefined) => Promise<Each>, ownHost = false): Promise<RestartedRegistry> {
  let running = await start(undefined);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    process.kill(running.pid, signal);
    await running.ended;
  };
  return {
    host: running.host,
    ownHost,
    async restart(signal) {
      await end(signal);
      running = await start(running);
    },
    stop: () => end('SIGKILL'),
  };
}

const portOf = ({ host }: Running): number => Number(host.split(':')[1]);

/** @param program a path, or Debian's */
export function dockerRegistry(folder: string, program?: string): Promise<RestartedRegistry> {
  return keep<Awaited<ReturnType<typeof startDockerRegistry>>>((before) =>
    startDockerRegistry({ folder, ...(program !== undefined && { program }), ...(before && { again: { port: portOf(before), secret: before.secret } }) }));
}

/** As {@link dockerRegistry} where nobody has set the secret: each start has another, and no session outlives it. */
export function forgetfulRegistry(folder: string): Promise<RestartedRegistry> {
  return keep<Awaited<ReturnType<typeof startDockerRegistry>>>((before) => startDockerRegistry({ folder, ...(before && { again: { port: portOf(before), secret: `other-${before.secret}` } }) }));
}

/** Longshore's own. */
export function ownRegistry(folder: string): Promise<RestartedRegistry> {
  return keep<Running>(async (before) => {
    const child = startLongshore(join(folder, 'served'), ['serve', '--push', '--port', String(before ? portOf(before) : 0), '--json']);
    const { url } = JSON.parse(await child.sees('{')) as { url: string };
    return { host: new URL(url).host, pid: child.process.pid!, ended: child.ended };
  }, true);
}
