import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DiskEvent } from './disk-event.js';

/** A file's bytes now, and as the last sync left them. */
export class File {
  now: Buffer;
  synced: Buffer;
  /** Counts its changes. */
  version = 0;

  constructor(content: Buffer) {
    this.now = content;
    this.synced = content;
  }
}

/** A name that was set (to a node), or taken away (without one), and not synced yet. */
export interface Change {
  readonly name: string;
  readonly node: Node | undefined;
  /** A rename takes the old name away in the same step. */
  readonly leaves?: { readonly folder: Folder; readonly name: string };
}

export class Folder {
  readonly now = new Map<string, Node>();
  synced = new Map<string, Node>();
  /** In order, since the last sync. */
  pending: Change[] = [];

  change(change: Change): void {
    if (change.node) this.now.set(change.name, change.node);
    else this.now.delete(change.name);
    change.leaves?.folder.now.delete(change.leaves.name);
    this.pending.push(change);
  }

  /** What was renamed into this folder has left the other one with the same step. */
  sync(): void {
    for (const { node, leaves } of this.pending) {
      if (!leaves || leaves.folder === this) continue;
      if (leaves.folder.synced.get(leaves.name) === node) leaves.folder.synced.delete(leaves.name);
      leaves.folder.pending = leaves.folder.pending.filter((change) => change.node !== node || change.name !== leaves.name);
    }
    this.synced = new Map(this.now);
    this.pending = [];
  }
}

export type Node = File | Folder;

/**
 * A file system that forgets what was not synced, as POSIX lets it: bytes until the file, names until their folder is
 * synced. A new folder's own name is one of its parent's.
 */
export class DiskModel {
  readonly root = new Folder();
  readonly #path: string;
  readonly #inodes = new Map<number, File>();

  /** Begins with what is in a folder now, all of it synced long ago. */
  constructor(path: string) {
    this.#path = path;
    this.#take(path, this.root);
  }

  apply(event: DiskEvent): void {
    switch (event.op) {
      case 'create': {
        const file = new File(Buffer.alloc(0));
        this.#inodes.set(event.inode, file);
        return this.#folderOf(event.path).change({ name: basename(event.path), node: file });
      }
      case 'write':
        return this.#write(this.#file(event.inode), event.at, Buffer.from(event.data, 'base64'));
      case 'truncate': {
        const file = this.#file(event.inode);
        const content = Buffer.alloc(event.size);
        file.now.copy(content);
        file.now = content;
        file.version += 1;
        return;
      }
      case 'sync': {
        const file = this.#file(event.inode);
        file.synced = file.now;
        return;
      }
      case 'sync-folder': {
        (this.#find(event.path) as Folder).sync();
        return;
      }
      case 'make-folder':
        return this.#folderOf(event.path).change({ name: basename(event.path), node: new Folder() });
      case 'rename':
        return this.#folderOf(event.to).change({ name: basename(event.to), node: this.#find(event.from), leaves: { folder: this.#folderOf(event.from), name: basename(event.from) } });
      case 'link':
        return this.#folderOf(event.to).change({ name: basename(event.to), node: this.#find(event.from) });
      case 'remove':
        return this.#folderOf(event.path).change({ name: basename(event.path), node: undefined });
    }
  }

  /** A file that is written again keeps the bytes that were synced. */
  #write(file: File, at: number, data: Buffer): void {
    const content = Buffer.alloc(Math.max(file.now.length, at + data.length));
    file.now.copy(content);
    data.copy(content, at);
    file.now = content;
    file.version += 1;
  }

  #file(inode: number): File {
    const file = this.#inodes.get(inode);
    if (!file) throw new Error(`inode ${inode} was never made`);
    return file;
  }

  #find(path: string): Node {
    const names = path.slice(this.#path.length).split('/').filter(Boolean);
    return names.reduce<Node>((node, name) => {
      const found = node instanceof Folder ? node.now.get(name) : undefined;
      if (!found) throw new Error(`${path} is not there`);
      return found;
    }, this.root);
  }

  #folderOf(path: string): Folder {
    return this.#find(dirname(path)) as Folder;
  }

  #take(path: string, folder: Folder): void {
    for (const name of readdirSync(path)) {
      const found = statSync(join(path, name));
      const node = found.isDirectory() ? new Folder() : new File(readFileSync(join(path, name)));
      if (node instanceof Folder) this.#take(join(path, name), node);
      else this.#inodes.set(found.ino, node);
      folder.now.set(name, node);
      folder.synced.set(name, node);
    }
  }
}
