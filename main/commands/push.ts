import { ProblemError } from '../../shared/errors.js';
import { parseReference, parseRepository, selector } from '../../shared/reference.js';
import type { OverwritePolicy } from '../../shared/transfer.js';
import { inLibrary, sendAllJob, type Job, type Origin, type Place } from '../transfers/jobs.js';
import { chooseInLibrary, choosesTags, tagOptions, type TagChoice } from './choose-tags.js';
import { pushRequest } from './requests.js';
import { overwriteOption, placesOf, transfer, transferOptions, type TransferOptions } from './transfer.js';
import { defineVerb, type VerbOption } from './verb.js';

export interface PushOptions extends TransferOptions, TagChoice {
  readonly also?: readonly string[];
  readonly overwrite?: OverwritePolicy;
}

export const alsoOption: VerbOption = {
  flags: '--also <tag...>',
  description: 'rolling tags that are moved to the image once the first tag was read back',
};

export const namingOf = ({ also = [], overwrite = 'same' }: PushOptions): { readonly also: readonly string[]; readonly overwrite: OverwritePolicy } => ({ also, overwrite });

export const push = defineVerb<PushOptions>({
  name: 'push',
  summary: 'Copy an image from the library to a registry',
  parameters: '<library-reference> <reference>',
  options: [alsoOption, overwriteOption, ...transferOptions, ...tagOptions],
  example: 'longshore push localhost/team/app:1.0 registry.example.com/team/app:1.0 --also latest',
  remarks: 'With --all-tags, --tags or --newest both are repositories, and the tags stay what they are.',
  async run(context, { single: [from = '', to = ''] }, options) {
    const library = await context.library();
    const sources = await chooseInLibrary(library, [from], options, context);
    const origins = sources.map((reference) => ({ ...inLibrary(library, reference), tag: selector(reference) }));
    const target = targetOf(to, options);
    const [place] = await placesOf(context, [target]);
    const request = choosesTags(options) ? undefined : await pushRequest(context, sources[0]!, target, namingOf(options), options);
    await transfer(context, sentTo('push', place!, origins, options), options, { request });
  },
});

/** Where one image goes, or the repository that takes several under their own tags. */
export const targetOf = (text: string, options: PushOptions): Place['reference'] => (choosesTags(options) ? parseRepository(text) : parseReference(text));

/** @throws ProblemError `usage-invalid` */
export function sentTo(kind: 'push' | 'copy', place: Place, origins: readonly (Origin & { readonly tag: string })[], options: PushOptions): Job {
  const { also, overwrite } = namingOf(options);
  if (!choosesTags(options)) return sendAllJob(kind, origins.map((origin) => ({ ...origin, tag: selector(place.reference), also })), place, overwrite);
  if (also.length > 0) throw new ProblemError('usage-invalid', { message: '--also moves rolling tags to one image, and several were chosen.', next: 'Leave --also out, or name one tag.' });
  return sendAllJob(kind, origins, place, overwrite);
}
