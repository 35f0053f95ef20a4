import { join } from 'node:path';
import { startDockerRegistry, type DockerRegistry } from '../../local/docker-registry.js';
import { runCommand } from '../../local/run-command.js';
import { isSignIn, readAccessLog, sentBlobs, type Request } from '../access-log.js';
import { readTarget } from '../check.js';
import { measureOurs, inScratch, type Scratch } from '../ours.js';
import type { Bench, Row } from '../row.js';

/** The manifest is asked for, and there may be one question more. */
const mostTrips = 2;
const mostSeconds = 1;

/** What is done a second time, with the profile that did it before. */
export const againRows: readonly Row[] = [
  {
    name: 'pull-again',
    title: 'pulled again, nothing changed',
    seconds: () => 8,
    measure: (bench) => inScratch(bench, async (scratch) => {
      const registry = await startDockerRegistry({ folder: join(scratch.folder, 'registry') });
      try {
        const words = ['pull', `${registry.host}/${await fill(registry, bench)}`, '--quiet'];
        await measureOurs(bench, words, scratch);
        const before = (await readAccessLog(registry.accessLog)).length;
        const { seconds } = await measureOurs(bench, words, scratch);
        const asked = (await readEnded(registry)).slice(before).filter((request) => !isSignIn(request));
        return {
          verdicts: [{
            work: 'pull-again: pulled again, nothing changed',
            target: `at most ${mostTrips} round trips after the sign-in`,
            longshore: `${asked.length} ${asked.length === 1 ? 'request' : 'requests'} (${asked.map(({ method, path }) => `${method} ${kindOf(path)}`).join(', ')}), ${seconds.toFixed(2)} s`,
            peer: '',
            ratio: '',
            met: asked.length <= mostTrips,
          }],
        };
      } finally {
        await registry.stop();
      }
    }),
  },
  {
    name: 'load-docker-again',
    title: 'docker-archive → another repository of a registry that has its layers',
    seconds: () => 70,
    measure: (bench) => inScratch(bench, async (scratch) => {
      const registry = await startDockerRegistry({ folder: join(scratch.folder, 'registry') });
      try {
        const [first, second] = ['first', 'second'].map((name) => `${registry.host}/bench/${name}:1`);
        const load = (target = ''): ReturnType<typeof measureOurs> => loadDocker(target, bench, scratch);
        await load(first);
        const before = sentBlobs(await readAccessLog(registry.accessLog)).length;
        const { seconds } = await load(second);
        const layers = (await readTarget({ target: second!, authority: undefined })).layers;
        const sent = sentBlobs(await readEnded(registry)).slice(before);
        const bytes = layers.filter(({ digest }) => sent.includes(digest)).reduce((sum, { size }) => sum + size, 0);
        return {
          verdicts: [{
            work: 'load-docker-again: the same docker-archive → another repository of the registry',
            target: `no bytes of layers sent, under ${mostSeconds} s`,
            longshore: `${bytes} bytes, ${seconds.toFixed(2)} s`,
            peer: '',
            ratio: '',
            met: bytes === 0 && seconds < mostSeconds,
          }],
        };
      } finally {
        await registry.stop();
      }
    }),
  },
];

async function fill({ host }: DockerRegistry, { sources }: Bench): Promise<string> {
  await runCommand('skopeo', ['copy', '--quiet', '--dest-tls-verify=false', `oci:${(await sources.image('files')).layout}:1`, `docker://${host}/bench/source:1`]);
  return 'bench/source:1';
}

async function loadDocker(target: string, bench: Bench, scratch: Scratch): ReturnType<typeof measureOurs> {
  return measureOurs(bench, ['load', await bench.sources.dockerArchive('plain'), '--to', target, '--quiet'], scratch);
}

/** All that it was asked: the log is whole when the registry has ended. */
async function readEnded(registry: DockerRegistry): Promise<Request[]> {
  await registry.stop();
  return readAccessLog(registry.accessLog);
}

const kindOf = (path: string): string => /\/(manifests|blobs|tags|referrers)\//.exec(path)?.[1] ?? path;
