import { basename } from 'node:path';
import { parseReference, type Reference } from '../../shared/reference.js';
import { createArchive } from '../archive/create-archive.js';
import { hostPlatform } from '../image/host-platform.js';
import { archiveAt, atRegistry, inLibrary, saveJob, type FileOptions, type Origin } from '../transfers/jobs.js';
import type { Context } from './context.js';
import { saveRequest } from './requests.js';
import { onFullOption, placesOf, platformOption, transfer, transferLines, type TransferOptions } from './transfer.js';
import { defineVerb } from './verb.js';

interface SaveOptions extends TransferOptions {
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
    { flags: '--format <format>', description: 'universal loads everywhere; docker and oci are smaller promises; oci-dir is a folder', choices: ['universal', 'docker', 'oci', 'oci-dir'], fallback: 'universal' },
    platformOption,
    { flags: '--from-library', description: 'take the images from the library instead of their registries' },
    onFullOption,
    { flags: '--replace', description: 'replace the file if it exists' },
  ],
  example: 'longshore save registry.example.com/team/app:1.0 registry.example.com/team/web:2.1 -o release.tar',
  remarks: 'Beside FILE stands FILE.sha256 afterwards: check it on the other side with sha256sum -c FILE.sha256.',
  async run(context, { many }, options) {
    const { output, format, replace = false, fromLibrary = false } = options;
    const references = many.map(parseReference);
    const origins = await originsOf(context, references, fromLibrary);
    const isStream = output === '-' && format !== 'oci-dir';
    const target = isStream ? createArchive(context.output.streams.stdout, { format, hostPlatform }) : archiveAt(output, { format, replace });
    const file = output === '-' ? undefined : output;
    const request = isStream ? undefined : await saveRequest(context, references, { ...options, path: output, fromLibrary, replace });
    const result = await transfer(context, saveJob(origins, target, file), options, request);
    context.output.result({ ...result, file }, () => [
      ...transferLines(result),
      ...(file === undefined ? [] : [format === 'oci-dir' ? file : `${file}  (check with sha256sum -c ${basename(file)}.sha256)`]),
    ]);
  },
});

async function originsOf(context: Context, references: readonly Reference[], fromLibrary: boolean): Promise<Origin[]> {
  if (!fromLibrary) return (await placesOf(context, references)).map(atRegistry);
  const library = await context.library();
  return references.map((reference) => inLibrary(library, reference));
}
