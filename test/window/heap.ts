import type { Page } from '@playwright/test';
import { takeHeapSnapshot, type HeapSnapshot } from '../../scripts/local/take-heap-snapshot.js';

/**
 * Every text that the page's process holds after collecting garbage, the isolated world of the preload script included:
 * strings as they are, and those that V8 keeps as two halves put together. A snapshot has the first 1024 characters of
 * each string.
 */
export async function readHeap(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const snapshot = await takeHeapSnapshot(session);
    return [...snapshot.strings, ...joined(snapshot)];
  } finally {
    await session.detach();
  }
}

function joined({ snapshot: { meta }, nodes, edges, strings }: HeapSnapshot): readonly string[] {
  const width = meta.node_fields.length;
  const edgeWidth = meta.edge_fields.length;
  const [type, name, edgeCount] = ['type', 'name', 'edge_count'].map((field) => meta.node_fields.indexOf(field)) as [number, number, number];
  const [edgeName, edgeTo] = ['name_or_index', 'to_node'].map((field) => meta.edge_fields.indexOf(field)) as [number, number];
  const [halves] = [meta.node_types[0].indexOf('concatenated string')];
  const firstEdge = new Map<number, number>();
  let edge = 0;
  for (let node = 0; node < nodes.length; node += width) {
    firstEdge.set(node, edge);
    edge += nodes[node + edgeCount]! * edgeWidth;
  }
  const textOf = (node: number): string => {
    if (nodes[node + type] !== halves) return strings[nodes[node + name]!]!;
    const from = firstEdge.get(node)!;
    const half = (wanted: string): string => {
      for (let at = from; at < from + nodes[node + edgeCount]! * edgeWidth; at += edgeWidth) {
        if (strings[edges[at + edgeName]!] === wanted) return textOf(edges[at + edgeTo]!);
      }
      return '';
    };
    return half('first') + half('second');
  };
  return [...firstEdge.keys()].filter((node) => nodes[node + type] === halves).map(textOf);
}
