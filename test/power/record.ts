import fs, { type PathLike } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { DiskEvent } from './disk-event.js';

// Loaded before a program with `node --import`, in its threads, too: every call to node:fs that changes RECORD_FOLDER is
// carried out as ever, and then noted in RECORD_LOG. The program believes that the machine was started as RECORD_BOOT.

const root = process.env['RECORD_FOLDER']!;
const original = { ...fs };
const log = original.openSync(process.env['RECORD_LOG']!, 'a');

type Call = (...words: never[]) => unknown;
type Bytes = NodeJS.ArrayBufferView;

const note = (event: DiskEvent): void => void original.writeSync(log, `${JSON.stringify(event)}\n`);
const isOurs = (path: unknown): path is string => typeof path === 'string' && (path === root || path.startsWith(`${root}/`));
const exists = (path: string): boolean => original.lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** An open file of ours: where the next write without a position goes. */
interface Opened {
  readonly path: string;
  readonly inode: number;
  readonly isFolder: boolean;
  position: number;
}
const opened = new Map<number, Opened>();

function noteOpened(fd: number, path: string, existed: boolean): void {
  const found = original.fstatSync(fd);
  if (!existed) note({ op: 'create', path, inode: found.ino });
  opened.set(fd, { path, inode: found.ino, isFolder: found.isDirectory(), position: 0 });
}

const emptied = (fd: number, flags: unknown): void => {
  if (typeof flags === 'string' && flags.startsWith('w') && opened.has(fd)) note({ op: 'truncate', inode: opened.get(fd)!.inode, size: 0 });
  if (typeof flags === 'string' && flags.startsWith('a') && opened.has(fd)) opened.get(fd)!.position = original.fstatSync(fd).size;
};

const bufferOf = (data: unknown): Buffer => typeof data === 'string' ? Buffer.from(data) : Buffer.from((data as Bytes).buffer, (data as Bytes).byteOffset, (data as Bytes).byteLength);

function noteWrite(fd: number, data: Buffer, at: number | null | undefined): void {
  const file = opened.get(fd);
  if (!file || data.length === 0) return;
  const from = at ?? file.position;
  if (at === null || at === undefined) file.position += data.length;
  note({ op: 'write', inode: file.inode, at: from, data: data.toString('base64') });
}

function noteSync(fd: number): void {
  const file = opened.get(fd);
  if (file) note(file.isFolder ? { op: 'sync-folder', path: file.path } : { op: 'sync', inode: file.inode });
}

/** A whole file that is written by its path. */
function noteContent(path: PathLike, data: unknown, existed: boolean, at: number): void {
  const { ino } = original.statSync(path);
  if (!existed) note({ op: 'create', path: String(path), inode: ino });
  else if (at === 0) note({ op: 'truncate', inode: ino, size: 0 });
  note({ op: 'write', inode: ino, at, data: bufferOf(data).toString('base64') });
}

/** Everything at a path, the deepest first. */
const below = (path: string): string[] => (original.lstatSync(path).isDirectory() ? [...original.readdirSync(path).flatMap((name) => below(`${path}/${name}`)), path] : [path]);

/** Of calls that take paths: what to note once they are done. */
const byPath = {
  rename: (from: string, to: string) => () => note({ op: 'rename', from, to }),
  link: (from: string, to: string) => () => note({ op: 'link', from, to }),
  rm: (path: string) => removal(path),
  unlink: (path: string) => removal(path),
  rmdir: (path: string) => removal(path),
  mkdir(path: string) {
    const missing: string[] = [];
    for (let each = path; !exists(each); each = each.slice(0, each.lastIndexOf('/'))) missing.unshift(each);
    return () => missing.forEach((each) => note({ op: 'make-folder', path: each }));
  },
  truncate: (path: string, size = 0) => () => note({ op: 'truncate', inode: original.statSync(path).ino, size }),
  writeFile(path: string, data: unknown) {
    const existed = exists(path);
    return () => noteContent(path, data, existed, 0);
  },
  appendFile(path: string, data: unknown) {
    const before = original.statSync(path, { throwIfNoEntry: false })?.size;
    return () => noteContent(path, data, before !== undefined, before ?? 0);
  },
} as const;

function removal(path: string): () => void {
  const gone = exists(path) ? below(path) : [];
  return () => gone.forEach((each) => note({ op: 'remove', path: each }));
}

const promises = fs.promises as unknown as Record<string, Call>;
const callbacks = fs as unknown as Record<string, Call>;
for (const [name, prepare] of Object.entries(byPath)) {
  const [promised, synchronous] = [promises[name]!, callbacks[`${name}Sync`]!];
  promises[name] = async (...words) => {
    const done = isOurs(words[0]) ? (prepare as (...all: unknown[]) => () => void)(...words) : undefined;
    const result = await promised(...words);
    done?.();
    return result;
  };
  callbacks[`${name}Sync`] = (...words) => {
    const done = isOurs(words[0]) ? (prepare as (...all: unknown[]) => () => void)(...words) : undefined;
    const result = synchronous(...words);
    done?.();
    return result;
  };
}

const openPromised = promises['open']!;
promises['open'] = async (...words) => {
  const [path, flags] = words as unknown as [string, unknown];
  const existed = isOurs(path) && exists(path);
  const file = (await openPromised(...words)) as FileHandle;
  if (isOurs(path)) {
    noteOpened(file.fd, path, existed);
    if (existed) emptied(file.fd, flags);
  }
  return file;
};
callbacks['openSync'] = (...words) => {
  const [path, flags] = words as unknown as [string, string];
  const existed = isOurs(path) && exists(path);
  const fd = original.openSync(...(words as unknown as Parameters<typeof fs.openSync>));
  if (isOurs(path)) {
    noteOpened(fd, path, existed);
    if (existed) emptied(fd, flags);
  }
  return fd;
};
callbacks['closeSync'] = (...words) => {
  opened.delete(words[0] as unknown as number);
  return original.closeSync(words[0] as unknown as number);
};
callbacks['writeSync'] = (...words) => {
  const [fd, data, offset, length, position] = words as unknown as [number, Bytes | string, number | undefined, number | undefined, number | undefined];
  const count = original.writeSync(...(words as unknown as Parameters<typeof fs.writeSync>));
  if (typeof data === 'string') noteWrite(fd, Buffer.from(data), offset);
  else noteWrite(fd, bufferOf(data).subarray(offset ?? 0, (offset ?? 0) + Math.min(count, length ?? count)), position);
  return count;
};
for (const name of ['fsyncSync', 'fdatasyncSync'] as const) {
  callbacks[name] = (...words) => {
    original[name](words[0] as unknown as number);
    noteSync(words[0] as unknown as number);
  };
}
for (const name of ['fsync', 'fdatasync'] as const) {
  callbacks[name] = (...words) => {
    const [fd, done] = words as unknown as [number, (error: Error | null) => void];
    original[name](fd, (error) => {
      if (!error) noteSync(fd);
      done(error);
    });
  };
}

const probe = await original.promises.open(process.env['RECORD_LOG']!);
const methods = Object.getPrototypeOf(probe) as Record<string, (this: FileHandle, ...words: never[]) => Promise<unknown>>;
await probe.close();
const after = (name: string, then: (file: FileHandle, words: unknown[], result: unknown) => void): void => {
  const method = methods[name]!;
  methods[name] = async function (this: FileHandle, ...words) {
    const { fd } = this;
    const result = await method.apply(this, words);
    if (opened.has(fd)) then({ fd } as FileHandle, words, result);
    return result;
  };
};
after('write', ({ fd }, [data, offset, length, position], result) => {
  const { bytesWritten } = result as { bytesWritten: number };
  noteWrite(fd, bufferOf(data).subarray((offset as number | undefined) ?? 0).subarray(0, Math.min(bytesWritten, (length as number | undefined) ?? bytesWritten)), position as number | null);
});
after('writev', ({ fd }, [data, position], result) => noteWrite(fd, Buffer.concat((data as Bytes[]).map(bufferOf)).subarray(0, (result as { bytesWritten: number }).bytesWritten), position as number | null));
for (const name of ['writeFile', 'appendFile']) after(name, ({ fd }, [data]) => noteWrite(fd, bufferOf(data), undefined));
after('truncate', ({ fd }, [size]) => note({ op: 'truncate', inode: opened.get(fd)!.inode, size: (size as number | undefined) ?? 0 }));
for (const name of ['sync', 'datasync']) after(name, ({ fd }) => noteSync(fd));
const close = methods['close']!;
methods['close'] = async function (this: FileHandle) {
  opened.delete(this.fd);
  return close.call(this);
};

callbacks['readFileSync'] = (...words) => ((words[0] as unknown) === '/proc/sys/kernel/random/boot_id' ? `${process.env['RECORD_BOOT']}\n` : original.readFileSync(...(words as unknown as Parameters<typeof fs.readFileSync>)));

syncBuiltinESMExports();
