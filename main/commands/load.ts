import { addAbortSignal } from 'node:stream';
import { ProblemError } from '../../shared/errors.js';
import { parseReference } from '../../shared/reference.js';
import { openArchive } from '../archive/open-archive.js';
import { pickImages, pickOne } from '../transfers/archive-images.js';
import { loadJob, sendJob, type Job } from '../transfers/jobs.js';
import { surroundingsOf } from '../transfers/surroundings.js';
import type { TagChoice } from './choose-tags.js';
import { alsoOption, namingOf, type PushOptions } from './push.js';
import { loadRequest } from './requests.js';
import { onFullOption, overwriteOption, placesOf, transfer, transferOptions } from './transfer.js';
import { defineVerb, firstWord } from './verb.js';

interface LoadOptions extends Omit<PushOptions, keyof TagChoice> {
  readonly to?: string;
  readonly pick?: string;
}

export const load = defineVerb<LoadOptions>({
  name: 'load',
  summary: 'Read an archive into the library, or straight to a registry',
  parameters: '<file>',
  options: [
    { flags: '--to <reference>', description: 'push the image there instead' },
    { flags: '--pick <name>', description: 'one image of an archive that holds several' },
    alsoOption,
    overwriteOption,
    ...transferOptions,
    onFullOption,
  ],
  example: 'longshore load release.tar --pick team/app:1.0 --to registry.example.com/team/app:1.0',
  remarks: 'FILE is an archive of docker save, podman save, skopeo, crane, regctl or Longshore, an OCI folder, or - for standard input.',
  async run(context, words, options) {
    const file = firstWord(words);
    if (options.to === undefined && options.also) throw alsoWithoutTarget();
    const picks = options.pick === undefined ? [] : [options.pick];
    const archive = await openArchive(file === '-' ? addAbortSignal(context.signal, context.output.streams.stdin) : file, { signal: context.signal, ...surroundingsOf(context.profile) });
    try {
      for (const warning of archive.warnings) context.output.notice(`warning: ${warning}`);
      const job = options.to === undefined ? await loadJob(pickImages(archive, file, picks), file, await context.library()) : await jobTo(options.to);
      archive.aimAt(job.target);
      const to = options.to === undefined ? undefined : parseReference(options.to);
      const request = file === '-' ? undefined : await loadRequest(context, file, picks, to, namingOf(options));
      await transfer(context, job, options, { request });
    } finally {
      await archive.close();
    }

    async function jobTo(text: string): Promise<Job> {
      const origin = pickOne(archive, file, picks);
      const [place] = await placesOf(context, [parseReference(text)]);
      return sendJob('load', origin, place!, namingOf(options));
    }
  },
});

function alsoWithoutTarget(): ProblemError {
  return new ProblemError('usage-invalid', { message: '--also moves tags of a registry, and the library was chosen.', next: 'Add --to REFERENCE, or leave --also out.' });
}
