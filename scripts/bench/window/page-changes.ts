import type { CDPSession } from '@playwright/test';
import { takeHeapSnapshot, type HeapSnapshot } from '../../local/take-heap-snapshot.js';
import { go, type Place } from './go.js';
import type { AttachedPage } from './program.js';
import { repository, tags, type Seeded } from './seed.js';

export interface PageHeap {
  /** Page changes before. */
  readonly changes: number;
  /** MiB that the page's scripts hold after a collection, and elements in the page or out of it that they hold. */
  readonly mebibytes: number;
  /** MiB of what V8 compiled of the scripts, beside that: it compiles what runs often, again and better. */
  readonly codeMebibytes: number;
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
  const { nodes } = await debug.send('Memory.getDOMCounters');
  return { ...sizesOf(await takeHeapSnapshot(debug)), nodes };
}

function sizesOf({ snapshot: { meta }, nodes }: HeapSnapshot): Pick<PageHeap, 'mebibytes' | 'codeMebibytes'> {
  const [types] = meta.node_types;
  const [type, size] = [meta.node_fields.indexOf('type'), meta.node_fields.indexOf('self_size')];
  const bytes = { data: 0, code: 0 };
  for (let at = 0; at < nodes.length; at += meta.node_fields.length) bytes[types[nodes[at + type]!] === 'code' ? 'code' : 'data'] += nodes[at + size]!;
  return { mebibytes: bytes.data / 1024 / 1024, codeMebibytes: bytes.code / 1024 / 1024 };
}
