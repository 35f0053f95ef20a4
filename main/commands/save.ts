import { basename } from 'node:path';
import { ProblemError } from '../../shared/errors.js';
import type { Reference } from '../../shared/reference.js';
import { createArchive } from '../archive/create-archive.js';
import type { Packing } from '../archive/packing.js';
import { hostPlatform } from '../image/host-platform.js';
import { archiveAt, atRegistry, checkFormat, inLibrary, saveJob, type FileOptions, type Origin } from '../transfers/jobs.js';
import { surroundingsOf } from '../transfers/surroundings.js';
import { findWorker } from '../workers.js';
import { chooseInLibrary, chooseReferences, tagOptions, type TagChoice } from './choose-tags.js';
import type { Context } from './context.js';
import { saveRequest } from './requests.js';
import { onFullOption, placesOf, transfer, transferOptions, type TransferOptions } from './transfer.js';
import { defineVerb } from './verb.js';

interface SaveOptions extends TransferOptions, TagChoice {
  readonly output: string;
  readonly format: FileOptions['format'];
  readonly fromLibrary?: boolean;
  readonly compress?: Packing;
  readonly replace?: boolean;
}

export const save = defineVerb<SaveOptions>({
  name: 'save',
  summary: 'Write images to an archive that carries them to another place',
  parameters: '<reference...>',
  options: [
    { flags: '-o, --output <file>', description: 'the archive, or - for standard output', required: true },
    { flags: '--format <format>', description: 'universal loads everywhere; docker and oci are smaller promises; docker-uncompressed is for old loaders; oci-dir is a folder', choices: ['universal', 'docker', 'docker-uncompressed', 'oci', 'oci-dir'], fallback: 'universal' },
    { flags: '--compress <packing>', description: 'compress the whole archive; only what holds unpacked layers gets smaller', choices: ['gzip', 'zstd'] },
    ...transferOptions,
    ...tagOptions,
    { flags: '--from-library', description: 'take the images from the library instead of their registries' },
    onFullOption,
    { flags: '--replace', description: 'replace the file if it exists' },
  ],
  example: 'longshore save registry.example.com/team/app:1.0 registry.example.com/team/web:2.1 -o release.tar',
  remarks: 'Beside FILE stands FILE.sha256 afterwards: check it on the other side with sha256sum -c FILE.sha256. With --all-tags, --tags or --newest each REFERENCE is a repository.',
  async run(context, { many }, options) {
    const { output, format, compress: packing, replace = false, fromLibrary = false } = options;
    checkFormat(options);
    const { origins, references } = await originsOf(context, many, options);
    if (packing && format === 'oci-dir') throw new ProblemError('usage-invalid', { message: 'A folder cannot be compressed.', next: 'Choose another --format, or leave --compress out.' });
    const surroundings = surroundingsOf(context.profile, findWorker('checksum'));
    const isStream = output === '-' && format !== 'oci-dir';
    const target = isStream ? createArchive(context.output.streams.stdout, { format, hostPlatform, packing, surroundings }) : archiveAt(output, { format, replace, packing, surroundings });
    const file = output === '-' ? undefined : output;
    const request = isStream ? undefined : await saveRequest(context, references, { ...options, path: output, fromLibrary, replace });
    await transfer(context, saveJob(origins, target, file), options, {
      request,
      result: { file },
      lines: file === undefined ? [] : [format === 'oci-dir' ? file : `${file}  (check with sha256sum -c ${basename(file)}.sha256)`],
    });
  },
});

async function originsOf(context: Context, words: readonly string[], options: SaveOptions): Promise<{ origins: Origin[]; references: readonly Reference[] }> {
  if (!options.fromLibrary) {
    const references = await chooseReferences(context, words, options);
    return { references, origins: (await placesOf(context, references)).map(atRegistry) };
  }
  const library = await context.library();
  const references = await chooseInLibrary(library, words, options, context);
  return { references, origins: references.map((reference) => inLibrary(library, reference)) };
}
