import { basename } from 'node:path';
import { createArchive } from '../archive/create-archive.js';
import { hostPlatform } from '../image/host-platform.js';
import { archiveAt, atRegistry, checkFormat, inLibrary, saveJob, type FileOptions, type Origin } from '../transfers/jobs.js';
import { surroundingsOf } from '../transfers/surroundings.js';
import { findWorker } from '../workers.js';
import { chooseInLibrary, chooseReferences, tagOptions, type TagChoice } from './choose-tags.js';
import type { Context } from './context.js';
import { placesOf, transfer, transferOptions, type TransferOptions } from './transfer.js';
import { defineVerb } from './verb.js';

interface SaveOptions extends TransferOptions, TagChoice {
  readonly output: string;
  readonly format: FileOptions['format'];
  readonly fromLibrary?: boolean;
  readonly replace?: boolean;
}

export const save = defineVerb<SaveOptions>({
  name: 'save',
  summary: 'Write images to an archive that carries them to another place',
  parameters: '<reference...>',
  options: [
    { flags: '-o, --output <file>', description: 'the archive, or - for standard output', required: true },
    { flags: '--format <format>', description: 'universal loads everywhere; docker and oci are smaller promises; docker-uncompressed is for old loaders; oci-dir is a folder', choices: ['universal', 'docker', 'docker-uncompressed', 'oci', 'oci-dir'], fallback: 'universal' },
    ...transferOptions,
    ...tagOptions,
    { flags: '--from-library', description: 'take the images from the library instead of their registries' },
    { flags: '--replace', description: 'replace the file if it exists' },
  ],
  example: 'longshore save registry.example.com/team/app:1.0 registry.example.com/team/web:2.1 -o release.tar',
  remarks: 'Beside FILE stands FILE.sha256 afterwards: check it on the other side with sha256sum -c FILE.sha256. With --all-tags, --tags or --newest each REFERENCE is a repository.',
  async run(context, { many }, options) {
    const { output, format, replace = false } = options;
    checkFormat(options);
    const origins = await originsOf(context, many, options);
    const surroundings = surroundingsOf(context.profile, findWorker('checksum'));
    const isStream = output === '-' && format !== 'oci-dir';
    const target = isStream ? createArchive(context.output.streams.stdout, { format, hostPlatform, surroundings }) : archiveAt(output, { format, replace, surroundings });
    const file = output === '-' ? undefined : output;
    await transfer(context, saveJob(origins, target, file), options, {
      result: { file },
      lines: file === undefined ? [] : [format === 'oci-dir' ? file : `${file}  (check with sha256sum -c ${basename(file)}.sha256)`],
    });
  },
});

async function originsOf(context: Context, words: readonly string[], options: SaveOptions): Promise<Origin[]> {
  if (!options.fromLibrary) return (await placesOf(context, await chooseReferences(context, words, options))).map(atRegistry);
  const library = await context.library();
  return (await chooseInLibrary(library, words, options, context)).map((reference) => inLibrary(library, reference));
}
