import { createHash } from 'node:crypto';
import type { Library } from '../../main/library/library.js';
import type { Digest } from '../../shared/digest.js';
import { findBusybox } from './busybox.js';
import { writeChart } from './chart.js';
import { writeLarge } from './large.js';
import { writeLayers } from './layers.js';
import { writeMulti } from './multi.js';
import { writeSigned } from './signed.js';
import { writeWeb } from './web.js';

/** To be raised with each change of what is made, so that older demo images are made again. */
const edition = 1;
const defaultLargeBytes = 256 * 1024 * 1024;

export interface DemoImage {
  /** Full name, such as `localhost/demo/web:1.0.0`; a referrer's is `localhost/demo/signed@sha256:…`. */
  readonly name: string;
  readonly digest: Digest;
}

export interface DemoOptions {
  readonly signal: AbortSignal;
  /** Content of demo/large before gzip. */
  readonly largeBytes?: number;
}

/**
 * Fills a library with images to look at, to run and to carry about. The same busybox gives the same digests; what an
 * earlier call made is kept as it is.
 * @throws ProblemError `file-unknown` where busybox is missing; those of the library
 */
export async function makeDemoImages(library: Library, { signal, largeBytes = defaultLargeBytes }: DemoOptions): Promise<DemoImage[]> {
  const busybox = findBusybox();
  const recipe = createHash('sha256').update(busybox.program).update(`${edition} ${largeBytes}`).digest('hex').slice(0, 12);
  const source = `demo images ${recipe}`;
  const made = (await library.entries()).filter((entry) => entry.source === source);
  if (made.some(({ name }) => name === lastName)) return made.map(({ name, descriptor }) => ({ name, digest: descriptor.digest }));

  const job = await library.openJob(source);
  let succeeded = false;
  try {
    const roots = [
      ...await writeWeb(job, busybox, { signal }),
      ...await writeMulti(job, { signal }),
      ...await writeLayers(job, busybox, { signal }),
      ...await writeChart(job, { signal }),
      ...await writeSigned(job, busybox, { signal }),
      ...await writeLarge(job, busybox, { signal, bytes: largeBytes }),
    ];
    for (const { name, root } of roots) await job.tag(root, name, { signal });
    succeeded = true;
    return roots.map(({ name, root }) => ({ name, digest: root.descriptor.digest }));
  } finally {
    await job.end(succeeded);
  }
}

/** Named after all others: where it is, all are. */
const lastName = 'localhost/demo/large:1';
