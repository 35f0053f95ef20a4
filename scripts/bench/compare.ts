import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startDockerRegistry, type DockerRegistry } from '../local/docker-registry.js';
import { runCommand } from '../local/run-command.js';
import { wereSent } from './access-log.js';
import { measure, type Measurement } from './measure.js';
import type { Bench } from './row.js';
import { startLink } from './start-process.js';
import { contestants, runsOf, type Contestant, type Place, type Work } from './work.js';

export interface Result {
  readonly work: Work;
  readonly runs: Readonly<Partial<Record<Contestant, readonly Measurement[]>>>;
}

const repository = 'bench/target';

type Fixed = Omit<Place, 'target' | 'path' | 'emptyHome'>;

/** Everyone once, then everyone again, each round begun by another: what the machine does beside hits all alike. */
export async function compare(work: Work, bench: Bench): Promise<Result> {
  const fixed = await prepare(work, bench);
  const present = contestants.filter((name) => commandOf(name, work, { ...fixed, target: '', path: '', emptyHome: '' }, bench) !== undefined);
  // Peers alone would be measured for nothing.
  if (!present.includes('longshore')) return { work, runs: {} };
  const measured = Object.fromEntries(present.map((name) => [name, [] as Measurement[]]));
  const rounds = runsOf(bench.runs, work.runs);
  const started = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < present.length; turn += 1) {
      const name = present[(round + turn) % present.length]!;
      const run = await measureOnce(work, name, fixed, bench);
      measured[name]!.push(run);
      bench.say(`  ${name.padEnd(9)}  ${run.seconds.toFixed(2).padStart(6)} s  ${run.mebibytes.toFixed(0).padStart(4)} MiB`);
    }
    const left = ((performance.now() - started) / (round + 1)) * (rounds - round - 1);
    if (left > 0) bench.say(`  round ${round + 1} of ${rounds}; about ${Math.ceil(left / 1000)} s to go`);
  }
  return { work, runs: measured };
}

/** The words of one contestant; undefined where it takes no part. */
export function commandOf(name: Contestant, work: Work, place: Place, { tools, packaged }: Pick<Bench, 'tools' | 'packaged'>): readonly string[] | undefined {
  const words = work.arguments[name]?.(place);
  if (!words) return undefined;
  if (name === 'packaged') return packaged === undefined ? undefined : [packaged, ...words];
  return [...tools[name === 'synced' || name === 'folder' ? 'longshore' : name].command, ...words];
}

/** What all runs of a work read from. */
export async function prepare({ image: name, needs = [], tls, targetHas, link }: Work, { sources, abilities, folder }: Bench): Promise<Fixed> {
  const has = (need: (typeof needs)[number]): boolean => needs.includes(need);
  const [image, reference, registry] = [await sources.image(name), await sources.stored(name), await sources.registry(tls)];
  if (targetHas) await sources.storageWith(targetHas, repository);
  if (link) await mkdir(join(folder, 'links'), { recursive: true });
  return {
    image,
    source: `${registry.host}/${reference}`,
    libraryName: has('library') ? await sources.inLibrary(name) : '',
    archive: has('archive') ? await sources.archive(name) : '',
    dockerArchive: has('dockerArchive') ? await sources.dockerArchive(name) : '',
    filledHome: sources.filledHome,
    authority: registry.authority,
    abilities,
  };
}

/** @param command in place of the contestant's own, made of it */
export async function measureOnce(work: Work, name: Contestant, fixed: Fixed, bench: Bench, command = (words: readonly string[]): readonly string[] => words): Promise<Measurement> {
  const { folder, signal } = bench;
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  const registry = work.writesTo === 'registry' ? await startTarget(work, scratch, bench) : undefined;
  const link = work.link && (await startLink(registry?.host ?? hostOf(fixed.source), work.link, join(folder, 'links')));
  try {
    // The source's authority is another than that of a registry made for one run.
    const authority = registry?.authority ?? fixed.authority;
    const near: Place = { ...fixed, authority, target: `${registry?.host}/${repository}:1`, path: join(scratch, 'target'), emptyHome: join(scratch, 'home') };
    const place = link ? throughLink(near, link.host, work) : near;
    // What the run before left in the page cache is written out first.
    await runCommand('sync', []);
    const run = await measure(command(commandOf(name, work, place, bench)!), {
      env: { ...process.env, LONGSHORE_HOME: work.home(place, name), ...(authority !== undefined && { SSL_CERT_FILE: authority }) },
      resultFile: join(scratch, 'time'),
      signal,
    });
    await work.check(near, name);
    await registry?.stop();
    if (registry) await wereSent(registry.accessLog, work.sends ?? fixed.image.layers.length + 1);
    return run;
  } finally {
    await link?.stop();
    await registry?.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A registry of its own for each run that writes to one: nobody can know it, or mount what an earlier run left. */
async function startTarget({ tls, targetHas }: Work, scratch: string, { sources }: Bench): Promise<DockerRegistry> {
  const folder = join(scratch, 'registry');
  if (targetHas) await cp(await sources.storageWith(targetHas, repository), join(folder, 'storage'), { recursive: true });
  return startDockerRegistry({ folder, ...(tls && { tls }) });
}

function throughLink(place: Place, host: string, { writesTo }: Work): Place {
  const via = (reference: string): string => host + reference.slice(reference.indexOf('/'));
  return writesTo === 'registry' ? { ...place, target: via(place.target) } : { ...place, source: via(place.source) };
}

const hostOf = (reference: string): string => reference.slice(0, reference.indexOf('/'));
