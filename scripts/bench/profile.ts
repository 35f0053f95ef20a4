import { join, resolve } from 'node:path';
import { measureOnce, prepare } from './compare.js';
import { withBench, type EngineOptions } from './engine.js';
import type { Work } from './work.js';

/**
 * Runs our command line once for each work with V8's profiler, which tells where the time goes: a file for each of its
 * threads, for Chrome's developer tools and such.
 * @param into a folder for each work is made in it
 */
export function profileWorks(works: readonly Work[], into: string, options: EngineOptions): Promise<void> {
  return withBench(options, async (bench) => {
    for (const work of works) {
      const folder = resolve(into, work.name);
      const profiled = ([node = '', ...words]: readonly string[]): readonly string[] => [node, '--cpu-prof', `--cpu-prof-dir=${folder}`, ...words];
      const { seconds } = await measureOnce(work, 'longshore', await prepare(work, bench), bench, profiled);
      options.say(`${work.name}: ${seconds.toFixed(2)} s with the profiler; ${join(folder, '*.cpuprofile')}`);
    }
  });
}
