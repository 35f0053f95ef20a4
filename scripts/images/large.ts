import { hostPlatform } from '../../main/image/host-platform.js';
import type { LibraryJob } from '../../main/library/library.js';
import { rootFileSystem, type Busybox } from './busybox.js';
import { writeLayer, type LayerEntry } from './layer.js';
import type { NamedRoot } from './named-root.js';
import { sampleBytes } from './sample-bytes.js';
import { writeImage, type BuildStep, type WriteOptions } from './write-image.js';

const created = '2026-06-30T12:00:00Z';
const time = Date.parse(created) / 1000;
/** A model, its vocabulary and an archive, as an image of such a size has them: one layer larger than the others together. */
const parts = [
  { file: 'opt/model/weights.bin', share: 5 / 8 },
  { file: 'opt/model/vocabulary.bin', share: 1 / 8 },
  { file: 'opt/data/records.bin', share: 2 / 8 },
];

/** `demo/large`: about `bytes` of content, half of which gzip cannot make smaller. */
export async function writeLarge(job: LibraryJob, busybox: Busybox, { bytes, ...options }: WriteOptions & { bytes: number }): Promise<NamedRoot[]> {
  const steps: BuildStep[] = [{ line: `ADD rootfs.tar / # busybox ${busybox.version}`, layer: await writeLayer(job, rootFileSystem(busybox, created), options) }];
  for (const [at, { file, share }] of parts.entries()) {
    const size = Math.round(bytes * share);
    const entry: LayerEntry = { name: file, kind: 'file', time, content: { size, pieces: () => sampleBytes(size, at + 1) } };
    steps.push({ line: `COPY ${file.replace(/.*\//, '')} /${file}`, layer: await writeLayer(job, [entry], options) });
  }
  const run = { Env: ['PATH=/usr/bin:/usr/sbin:/bin:/sbin'], Cmd: ['/bin/sh', '-c', 'ls -lh /opt/*'] };
  const root = await writeImage(job, { platform: hostPlatform, created, steps: [...steps, { line: 'CMD ["/bin/sh" "-c" "ls -lh /opt/*"]' }], run }, options);
  return [{ name: 'localhost/demo/large:1', root }];
}
