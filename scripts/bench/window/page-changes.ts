import type { CDPSession } from '@playwright/test';
import { go, type Place } from './go.js';
import type { AttachedPage } from './program.js';
import { repository, tags, type Seeded } from './seed.js';

export interface PageHeap {
  /** Page changes before. */
  readonly changes: number;
  /** MiB that the page's scripts hold after a collection, and elements in the page or out of it that they hold. */
  readonly mebibytes: number;
  readonly nodes: number;
}

const early = 20;
const late = 200;

/** A round through all pages; it has ten steps, so that both measurements stand at the same page. */
function roundOf({ account, names }: Seeded): readonly Place[] {
  const home: Place = { address: 'home', title: 'home', shows: names[0]! };
  const list = `accounts/${account}/${repository}`;
  const tag = tags[1]!;
  return [
    { address: `accounts/${account}`, title: 'repositories', shows: repository },
    { address: list, title: 'tags', shows: 'rc.' },
    { address: `${list}:${tag}`, title: 'artifact', shows: tag },
    home,
    { address: 'library', title: 'library', shows: 'Library' },
    { address: 'transfers', title: 'transfers', shows: 'Transfers' },
    { address: list, title: 'tags', shows: 'rc.' },
    { address: 'settings', title: 'settings', shows: 'Settings' },
    { address: 'accounts/add', title: 'add-account', shows: 'Add' },
    home,
  ];
}

/** Goes round and round, and looks at what stays. */
export async function measurePageChanges({ page, debug }: AttachedPage, seeded: Seeded): Promise<readonly [early: PageHeap, late: PageHeap]> {
  const round = roundOf(seeded);
  const heaps: PageHeap[] = [];
  for (let changes = 1; changes <= late; changes += 1) {
    await go(page, round[(changes - 1) % round.length]!);
    if (changes === early || changes === late) heaps.push({ changes, ...(await heapOf(debug)) });
  }
  return [heaps[0]!, heaps[1]!];
}

async function heapOf(debug: CDPSession): Promise<Omit<PageHeap, 'changes'>> {
  await debug.send('HeapProfiler.enable');
  // What the first collection finalizes is free only after the next.
  for (let turn = 0; turn < 3; turn += 1) await debug.send('HeapProfiler.collectGarbage');
  const { usedSize } = await debug.send('Runtime.getHeapUsage');
  const { nodes } = await debug.send('Memory.getDOMCounters');
  return { mebibytes: usedSize / 1024 / 1024, nodes };
}
