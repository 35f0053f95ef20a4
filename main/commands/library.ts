import { shortDigest } from '../../shared/digest.js';
import { exitCodes } from '../../shared/errors.js';
import { count, formatBytes } from '../../shared/format.js';
import { formatReference } from '../../shared/reference.js';
import { entryReference } from '../library/entry.js';
import { imageUnknown } from '../library/image-unknown.js';
import type { BrokenBlob, VerifyReport } from '../library/verify.js';
import { confirm, yesOption, type ConfirmOptions } from './confirm.js';
import type { Context } from './context.js';
import { table } from './output.js';
import { ByteCount, ProgressLine } from './progress-line.js';
import { defineVerb } from './verb.js';

const list = defineVerb({
  name: 'list',
  summary: 'List the images on this machine with the bytes they take',
  example: 'longshore library list',
  remarks: 'The first size is of the whole image, the second of what no other image shares: removing the image frees it.',
  async run(context) {
    const library = await context.library();
    const { entries, bytes, unnamed } = await library.usage();
    const images = entries.map(({ name, descriptor, total, own, at, source }) => ({ name, digest: descriptor.digest, total, own, at, ...(source !== undefined && { source }) }));
    const free = unnamed > 0 ? `, ${formatBytes(unnamed)} of it needed by none` : '';
    context.output.notice(`${count(images.length, 'image')}, ${formatBytes(bytes)} in ${library.folder}${free}`);
    context.output.result({ folder: library.folder, bytes, unnamed, images }, () => table(images.map(({ name, digest, total, own }) => [name, shortDigest(digest), formatBytes(total), formatBytes(own)])));
  },
});

const verify = defineVerb({
  name: 'verify',
  summary: 'Hash everything in the library and set damaged data aside',
  example: 'longshore library verify',
  remarks: `Ends with exit code ${exitCodes.content} when something is damaged or missing. Pull or load the images that are named: what is good is not moved again.`,
  async run(context) {
    const { output, signal } = context;
    const library = await context.library();
    const counted = new ByteCount();
    const progress = new ProgressLine(output, counted.read);
    counted.total = (await library.usage()).bytes;
    const onBytes = (bytes: number): void => void (counted.moved += bytes);
    const report = await library.verify({ signal, onBytes }).finally(() => progress.stop());
    if (report.damaged.length + report.missing.length > 0) output.exitCode = exitCodes.content;
    output.result(report, () => verifyLines(report));
  },
});

function verifyLines({ checked, bytes, damaged, missing }: VerifyReport): string[] {
  const line = (what: string, { digest, names }: BrokenBlob): string => `${what}  ${digest}  ${names.length > 0 ? names.join(', ') : 'no image needs it'}`;
  return [
    ...damaged.map((blob) => `${line('damaged', blob)}  moved to ${blob.movedTo}`),
    ...missing.map((blob) => line('missing', blob)),
    `${count(checked, 'blob')}, ${formatBytes(bytes)} checked: ${damaged.length} damaged, ${missing.length} missing`,
  ];
}

const remove = defineVerb<ConfirmOptions>({
  name: 'remove',
  summary: 'Take images out of the library',
  parameters: '<name...>',
  options: [yesOption],
  example: 'longshore library remove registry.example.com/team/app:1.0 --yes',
  remarks: 'Their data stays until longshore library prune.',
  async run(context, { many }, options) {
    const names = await knownNames(context, many);
    const question = `Remove ${count(names.length, 'image')} from the library?`;
    await confirm(context, question, names, options);
    const library = await context.library();
    for (const name of names) await library.removeName(name);
    context.output.result({ removed: names }, () => names.map((name) => `removed ${name}`));
  },
});

/** All names are looked up before the first goes: a typing error costs nothing. */
async function knownNames(context: Context, words: readonly string[]): Promise<string[]> {
  const entries = await (await context.library()).entries();
  const known = new Set(entries.map(({ name }) => name));
  return [...new Set(words.map((word) => formatReference(entryReference(word))))].map((name) => {
    if (!known.has(name)) throw imageUnknown(name, entries);
    return name;
  });
}

interface PruneOptions extends ConfirmOptions {
  readonly dryRun?: boolean;
}

const prune = defineVerb<PruneOptions>({
  name: 'prune',
  summary: 'Delete the data that no image needs',
  options: [{ flags: '--dry-run', description: 'only say what would go' }, yesOption],
  example: 'longshore library prune --dry-run',
  remarks: 'Data younger than a day and data of running jobs stays.',
  async run(context, _, { dryRun = false, yes = false }) {
    const { output, signal } = context;
    const library = await context.library();
    const preview = dryRun || !yes ? await library.prune({ signal, dryRun: true }) : undefined;
    const isEmpty = preview !== undefined && preview.blobs + preview.partials === 0;
    if (preview && !dryRun && !isEmpty) await confirm(context, `Delete this from ${library.folder}?`, pruneLines(preview), { yes });
    const report = preview && (dryRun || isEmpty) ? preview : await library.prune({ signal });
    const spared = (await library.usage()).unnamed - (dryRun ? report.blobBytes : 0);
    if (spared > 0) output.notice(`${formatBytes(spared)} that no image needs stay: younger than a day, or of a running job.`);
    output.result({ dryRun, ...report }, () => [...pruneLines(report), dryRun ? 'Nothing was deleted.' : `${formatBytes(report.blobBytes + report.partialBytes)} deleted`]);
  },
});

function pruneLines({ blobs, blobBytes, partials, partialBytes }: { blobs: number; blobBytes: number; partials: number; partialBytes: number }): string[] {
  return [`${count(blobs, 'blob')} that no image needs, ${formatBytes(blobBytes)}`, `${count(partials, 'rest')} of broken-off transfers, ${formatBytes(partialBytes)}`];
}

export const library = defineVerb({
  name: 'library',
  summary: 'The images on this machine',
  example: 'longshore library',
  remarks: 'Without a verb it lists the images.',
  verbs: [list, verify, remove, prune],
  run: (context, words, options) => list.run!(context, words, options),
});
