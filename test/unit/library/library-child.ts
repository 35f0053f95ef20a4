import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { openLibrary, type Library } from '../../../main/library/library.js';
import type { BodyFactory } from '../../../main/stores/store.js';
import { isProblem } from '../../../shared/errors.js';
import { bodyOf, describeBytes, inTwoDays, makeBytes, makeImage, partialFile, signal } from './images.js';

/** Sends all but the end, says so and hangs: the test kills this process there. */
async function hang(folder: string): Promise<void> {
  const bytes = makeBytes('hung', 6 * 1024 * 1024);
  const job = await (await openLibrary(folder)).openJob();
  const body: BodyFactory = async (offset) =>
    (async function* () {
      for (let at = offset; at < 4 * 1024 * 1024; at += 65_536) yield bytes.subarray(at, at + 65_536);
      console.log('hangs');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    })();
  await job.push(describeBytes(bytes), body, { signal });
}

/** Holds a blob open until a line comes in. */
async function hold(folder: string): Promise<void> {
  const bytes = makeBytes('held', 100_000);
  const job = await (await openLibrary(folder)).openJob();
  const body: BodyFactory = async (offset) => {
    console.log('holds');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    return bodyOf(bytes)(offset);
  };
  console.log(`outcome ${await job.push(describeBytes(bytes), body, { signal })}`);
  await job.end(true);
}

/** Pulls images side by side, slowly; all share layers, as images do. */
async function pulls(folder: string, ...names: string[]): Promise<void> {
  const library = await openLibrary(folder);
  await Promise.all(names.map((name) => pull(library, name)));
}

async function pull(library: Library, name: string): Promise<void> {
  const layers = Array.from({ length: 12 }, (_, at) => makeBytes(at % 2 ? `shared ${at}` : `${name} ${at}`, 100_000));
  const image = makeImage(name, layers);
  const job = await library.openJob();
  for (const bytes of [image.config, ...layers]) {
    const slow: BodyFactory = async (offset) =>
      (async function* () {
        for (let at = offset; at < bytes.length; at += 5000) {
          await turn();
          yield bytes.subarray(at, at + 5000);
        }
      })();
    if (!(await job.exists(describeBytes(bytes), { signal }))) await job.push(describeBytes(bytes), slow, { signal });
  }
  await job.tag(image.root, `localhost/${name}:1`, { signal });
  await job.end(true);
}

/** A blob whose last bytes the disk has no room for; then there is room. */
async function fill(folder: string): Promise<void> {
  const library = await openLibrary(folder);
  const ballast = [join(folder, 'ballast-1'), join(folder, 'ballast-2')];
  for (const path of ballast) await writeFile(path, Buffer.alloc(2 * 1024 * 1024));
  const bytes = makeBytes('large', 4 * 1024 * 1024);
  const descriptor = describeBytes(bytes);
  const job = await library.openJob();
  const code = await job.push(descriptor, bodyOf(bytes), { signal }).catch((error: unknown) => (isProblem(error) ? error.code : String(error)));
  const kept = (await stat(partialFile(folder, descriptor.digest))).size;
  const seen = await library.stat(descriptor.digest);
  await job.end(false);
  for (const path of ballast) await rm(path);
  let resumedAt: number | undefined;
  const next = await library.openJob();
  const outcome = await next
    .push(descriptor, (offset) => ((resumedAt = offset), bodyOf(bytes)(offset)), { signal })
    .catch((error: unknown) => (isProblem(error) ? error.code : String(error)));
  await next.end(true);
  const { damaged } = await library.verify({ signal });
  console.log(JSON.stringify({ code, kept, seen, resumedAt, outcome, damaged }));
}

/** What can be done where nothing may be written. */
async function read(folder: string): Promise<void> {
  const problem = (error: unknown): string => (isProblem(error) ? error.code : String(error));
  const library = await openLibrary(folder);
  const [entry] = await library.entries();
  const resolved = await library.resolve(entry?.name ?? '', { signal });
  const bytes = makeBytes('new', 10);
  const job = await library.openJob();
  const pushed = await job.push(describeBytes(bytes), bodyOf(bytes), { signal }).catch(problem);
  const removed = await library.removeName(entry?.name ?? '').catch(problem);
  const made = await openLibrary(join(folder, 'another')).catch(problem);
  console.log(JSON.stringify({ name: entry?.name, digest: resolved.descriptor.digest, pushed, removed, made }));
}

/** Removes what no name needs, two days from now. */
async function prunes(folder: string): Promise<void> {
  const { blobs } = await (await openLibrary(folder)).prune({ signal, now: inTwoDays() });
  console.log(`pruned ${blobs}`);
}

const verbs: Readonly<Record<string, (folder: string, ...rest: string[]) => Promise<void>>> = { hang, hold, pulls, fill, read, prunes };
const [verb = '', folder = '', ...rest] = process.argv.slice(2);
await verbs[verb]?.(folder, ...rest);
