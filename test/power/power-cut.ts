import type { Draw } from '../../scripts/crash/draw.js';
import { File, Folder, type Change, type Node } from './disk-model.js';

/** What a power cut keeps of what was not synced. */
export interface Cut {
  readonly name: string;
  /** How many of a folder's pending changes, of which the first come first. */
  readonly names: (pending: number) => number;
  readonly bytes: (file: File) => Buffer;
}

const synced = ({ synced: content }: File): Buffer => content;
const now = ({ now: content }: File): Buffer => content;
const none = (): number => 0;
const all = (pending: number): number => pending;

/** The length is there, and where bytes were not synced there are zeros. */
function zeros({ now: content, synced: kept }: File): Buffer {
  if (content === kept) return content;
  const found = Buffer.alloc(content.length);
  kept.copy(found);
  return found;
}

/** The first half of what was written is there. */
function torn(file: File): Buffer {
  const found = zeros(file);
  file.now.copy(found, 0, 0, Math.floor(file.now.length / 2));
  return found;
}

export const cuts: readonly Cut[] = [
  { name: 'nothing that was not synced', names: none, bytes: synced },
  { name: 'names without bytes', names: all, bytes: synced },
  { name: 'names and lengths without bytes', names: all, bytes: zeros },
  { name: 'names and half of the bytes', names: all, bytes: torn },
  { name: 'everything', names: all, bytes: now },
];

/** Each folder keeps some of its changes, each file some of its bytes. */
export function drawnCut(draw: Draw): Cut {
  const kept = new Map<File, Buffer>();
  return {
    name: 'drawn',
    names: (pending) => Math.floor(draw() * (pending + 1)),
    bytes(file) {
      const bytes = kept.get(file) ?? [synced, zeros, torn, now][Math.floor(draw() * 4)]!(file);
      kept.set(file, bytes);
      return bytes;
    },
  };
}

/** The files and folders that are found after it, by their paths below the root; a folder has no bytes. */
export function afterCut(root: Folder, cut: Cut): Map<string, Buffer | undefined> {
  const found = new Map<string, Buffer | undefined>();
  const kept = keptNames(root, cut, new Map());
  const walk = (folder: Folder, path: string): void => {
    for (const [name, node] of kept.get(folder) ?? []) {
      const below = path === '' ? name : `${path}/${name}`;
      found.set(below, node instanceof File ? cut.bytes(node) : undefined);
      if (node instanceof Folder) walk(node, below);
    }
  };
  walk(root, '');
  return found;
}

/** A rename is one step, whichever of its two folders is synced. */
function keptNames(root: Folder, cut: Cut, kept: Map<Folder, Map<string, Node>>): Map<Folder, Map<string, Node>> {
  const applied: Change[] = [];
  const visit = (folder: Folder): void => {
    if (kept.has(folder)) return;
    const names = new Map(folder.synced);
    kept.set(folder, names);
    for (const change of folder.pending.slice(0, cut.names(folder.pending.length))) {
      if (change.node) names.set(change.name, change.node);
      else names.delete(change.name);
      applied.push(change);
    }
    for (const node of [...folder.synced.values(), ...folder.now.values(), ...names.values()]) if (node instanceof Folder) visit(node);
  };
  visit(root);
  for (const { leaves, node } of applied) if (leaves && kept.get(leaves.folder)?.get(leaves.name) === node) kept.get(leaves.folder)!.delete(leaves.name);
  return kept;
}
