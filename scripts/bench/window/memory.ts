import { readdir, readFile } from 'node:fs/promises';

/**
 * The memory of a process and all below it, in MiB, as proportional set size: a page that several processes share counts
 * for each in part. Other programs on the same Electron share pages, too, and make it less.
 */
export async function proportionalSetSize(pid: number): Promise<number> {
  let kibibytes = 0;
  for (const each of await familyOf(pid)) {
    // One may end while the others are read.
    const rollup = await readFile(`/proc/${each}/smaps_rollup`, 'utf8').catch(() => '');
    kibibytes += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
  }
  return kibibytes / 1024;
}

async function familyOf(root: number): Promise<readonly number[]> {
  const children = new Map<number, number[]>();
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
    // `pid (name) state parent …`, where the name may hold anything.
    const parent = Number(stat?.slice(stat.lastIndexOf(')')).split(' ')[2]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [root];
  for (const each of family) family.push(...(children.get(each) ?? []));
  return family;
}
