import { openLayerTable } from '../../../main/archive/layer-table.js';
import { imageOf, planOf, signal } from './sample.js';
import { halfOf, largeImage } from './large-image.js';
import { bytesOf, sinkTo } from './writing.js';

// Saves a part of an image, says so, and waits to be killed.

const image = largeImage(imageOf);
const plan = planOf([image, 'app:1']);
const [, , file = ''] = process.argv;
const sink = sinkTo(file, 'universal', { surroundings: { spoolFolder: `${file}-spool`, layers: openLayerTable(`${file}-layers`) } });
await sink.begin?.(plan, { signal });
const [first, second] = plan.blobs;
for (const blob of [first!, second!]) {
  const bytes = bytesOf([image], blob.digest);
  await sink.push(blob, () => Promise.resolve(blob === second ? halfOf(bytes) : halfOf(bytes, 1)), { signal }).catch(() => undefined);
}
console.log('written');
setInterval(() => undefined, 1000);
