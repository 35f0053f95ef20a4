import { hostPlatform } from '../../main/image/host-platform.js';
import type { LibraryJob } from '../../main/library/library.js';
import { rootFileSystem, type Busybox } from './busybox.js';
import { writeLayer } from './layer.js';
import type { NamedRoot } from './named-root.js';
import { writeImage, type BuildStep, type WriteOptions } from './write-image.js';

const created = '2025-05-05T05:05:05Z';
const time = Date.parse(created) / 1000;
const count = 40;

/** `demo/layers`: forty layers, each with a file of its own and a line in a file that all of them change. */
export async function writeLayers(job: LibraryJob, busybox: Busybox, options: WriteOptions): Promise<NamedRoot[]> {
  const steps: BuildStep[] = [{ line: `ADD rootfs.tar / # busybox ${busybox.version}`, layer: await writeLayer(job, rootFileSystem(busybox, created), options) }];
  let diary = '';
  for (let number = 2; number <= count; number += 1) {
    const file = `data/${String(number).padStart(2, '0')}.txt`;
    diary += `Step ${number} wrote /${file}.\n`;
    const layer = await writeLayer(job, [
      { name: 'data/', kind: 'folder', time },
      { name: file, kind: 'file', time, content: `This is layer ${number} of ${count}.\n` },
      { name: 'data/diary.txt', kind: 'file', time, content: diary },
    ], options);
    steps.push({ line: `RUN /bin/sh -c write-step ${number} > /${file}`, layer });
  }
  const run = { Env: ['PATH=/usr/bin:/usr/sbin:/bin:/sbin'], Cmd: ['/bin/sh', '-c', 'cat /data/diary.txt'], WorkingDir: '/data' };
  const root = await writeImage(job, { platform: hostPlatform, created, steps: [...steps, { line: 'CMD ["/bin/sh" "-c" "cat /data/diary.txt"]' }], run }, options);
  return [{ name: `localhost/demo/layers:${count}`, root }];
}
