import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startDockerRegistry } from '../local/docker-registry.js';
import { runCommand } from '../local/run-command.js';
import { drawFrom, type Draw } from './draw.js';
import { nameAt, sendImage } from './image.js';
import { startRelay, type Relay } from './relay.js';
import { commandLine, environment } from './run.js';
import { Series, type SeriesReport } from './series.js';
import { hexOf } from './sound.js';
import { works as allWorks, type World } from './works.js';

export interface CrashOptions {
  /** Kills, over all works. */
  readonly times: number;
  readonly seed: number;
  /** Bytes of each layer. */
  readonly layers: readonly number[];
  /** Where everything is made; it must be there. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
  /** One work alone, by its name. */
  readonly only?: string | undefined;
}

export interface Kill {
  readonly work: string;
  readonly phase: string;
  /** Where in the phase: of the bytes that were missing, or of the steps that it has. */
  readonly share: number;
}

export interface CrashReport {
  readonly kills: readonly Kill[];
  readonly series: readonly SeriesReport[];
  readonly imageBytes: number;
}

/** Kills the command line at moments that are drawn from what it moves and writes, and looks at what it left each time. */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  const folder = await mkdtemp(join(options.folder, 'crash-'));
  const registries = await Promise.all(['source', 'target'].map((name) => startDockerRegistry({ folder: join(folder, name) })));
  const relay = await startRelay(registries.map(({ host }) => host));
  try {
    const world = await prepare(folder, relay, registries.map(({ host }) => host), options.layers);
    return await killAll({ folder, relay, world, draw: drawFrom(options.seed) }, options);
  } finally {
    await relay.close();
    await Promise.all(registries.map(({ stop }) => stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly folder: string;
  readonly relay: Relay;
  readonly world: World;
  readonly draw: Draw;
}

async function killAll({ folder, relay, world, draw }: Stage, { times, say, signal, only }: CrashOptions): Promise<CrashReport> {
  const works = allWorks.filter(({ name }) => only === undefined || name === only);
  const kills: Kill[] = [];
  const series: SeriesReport[] = [];
  for (const [at, work] of works.entries()) {
    // Each phase of each work has its share, whichever work has how many.
    const phases = works.reduce((sum, each) => sum + each.phases.length, 0);
    const before = works.slice(0, at).reduce((sum, each) => sum + each.phases.length, 0);
    const wanted = Math.round(((before + work.phases.length) / phases) * times) - Math.round((before / phases) * times);
    let done = 0;
    let current: Series | undefined;
    while (done < wanted) {
      signal?.throwIfAborted();
      current ??= await Series.begin({ work, world, relay, folder: await mkdtemp(join(folder, `${work.name}-`)) });
      const phase = work.phases[done % work.phases.length]!;
      const share = draw();
      const isKilled = await current.killAt(phase.moment, share);
      if (isKilled) {
        kills.push({ work: work.name, phase: phase.name, share });
        done += 1;
        say(`${String(kills.length).padStart(3)}  ${work.name.padEnd(5)} ${phase.name.padEnd(13)} ${String(Math.round(share * 100)).padStart(3)} %  ${current.lastFaults.join('; ') || 'sound'}`);
      }
      // Who got to its end has nothing left to be killed at; a new series begins at some other time, too.
      if (isKilled && draw() < 0.75 && done < wanted) continue;
      series.push(await current.finish());
      current = undefined;
    }
  }
  return { kills, series, imageBytes: world.image.bytes };
}

/** The image at the source, in an archive and in a library, by runs that nobody kills. */
async function prepare(folder: string, relay: Relay, hosts: readonly string[], layers: readonly number[]): Promise<World> {
  const [source = '', target = ''] = relay.hosts;
  const image = await sendImage(hosts[0]!, layers);
  const home = join(folder, 'filled');
  await mkdir(home);
  const archive = join(folder, 'app.tar');
  await runCommand(process.execPath, [commandLine, 'pull', nameAt(source)], { env: environment(home) });
  await runCommand(process.execPath, [commandLine, 'save', nameAt(source), '-o', archive], { env: environment(home) });
  return { image, source, target, targetItself: hosts[1]!, archive, archiveHex: await hexOf(archive), filledHome: home };
}
