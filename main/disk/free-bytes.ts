import { statfs } from 'node:fs/promises';

/** Bytes that this user may still write on the disk of a path that exists; undefined where the system does not say. */
export async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
