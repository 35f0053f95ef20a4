import type { SlowLink } from '../slow-link.js';
import type { Work } from '../work.js';
import { pullRandom } from './disk.js';
import { push } from './registry.js';

/** 10 Gbit/s: what is slow is the way, not the line. */
const line = 1.25e9;
const far: SlowLink = { roundTripMilliseconds: 40, bytesPerSecond: 40e6, totalBytesPerSecond: line };
const farther: SlowLink = { roundTripMilliseconds: 100, bytesPerSecond: 40e6, totalBytesPerSecond: line };
const middling: SlowLink = { roundTripMilliseconds: 50, bytesPerSecond: 40e6, totalBytesPerSecond: line };

/** Through a link to a registry far away: here the plan of a transfer counts, and not the speed of a machine. */
export const slowWorks: readonly Work[] = [
  {
    ...pullRandom,
    name: 'one-large',
    title: 'pull of one layer of 512 MiB, 40 ms away, 40 MB/s a connection',
    image: 'one',
    link: far,
    goals: [{ words: '5 times as fast as the best', against: 'best', most: 0.2 }],
    runs: 3,
    roundSeconds: 48,
  },
  {
    ...pullRandom,
    name: 'eighty-pull',
    title: 'pull of 80 layers of 1 MB, 100 ms away',
    image: 'eighty',
    link: farther,
    goals: [{ words: "60 % of crane's time", against: 'crane', most: 0.6 }],
    roundSeconds: 12,
  },
  {
    ...push,
    name: 'eighty-push',
    title: 'push of 80 layers of 1 MB, 100 ms away',
    image: 'eighty',
    link: farther,
    goals: [{ words: "30 % of regctl's time", against: 'regctl', most: 0.3 }],
    runs: 3,
    roundSeconds: 30,
  },
  {
    ...push,
    name: 'all-but-one',
    title: 'push of 500 layers of 10 kB, 50 ms away, where all but one are there',
    image: 'many',
    targetHas: 'manyBefore',
    // The layer, and the config that names it.
    sends: 2,
    link: middling,
    goals: [{ words: '5 times as fast as the best', against: 'best', most: 0.2 }],
    runs: 3,
    roundSeconds: 28,
  },
];
