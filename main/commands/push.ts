import { parseReference } from '../../shared/reference.js';
import type { OverwritePolicy } from '../../shared/transfer.js';
import { inLibrary, sendJob, type Naming } from '../transfers/jobs.js';
import { pushRequest } from './requests.js';
import { overwriteOption, placesOf, platformOption, transfer, transferLines, type TransferOptions } from './transfer.js';
import { defineVerb, type VerbOption } from './verb.js';

export interface PushOptions extends TransferOptions {
  readonly also?: readonly string[];
  readonly overwrite?: OverwritePolicy;
}

export const alsoOption: VerbOption = {
  flags: '--also <tag...>',
  description: 'rolling tags that are moved to the image once the first tag was read back',
};

export const namingOf = ({ also = [], overwrite = 'same' }: PushOptions): Naming => ({ also, overwrite });

export const push = defineVerb<PushOptions>({
  name: 'push',
  summary: 'Copy an image from the library to a registry',
  parameters: '<library-reference> <reference>',
  options: [alsoOption, overwriteOption, platformOption],
  example: 'longshore push localhost/team/app:1.0 registry.example.com/team/app:1.0 --also latest',
  async run(context, { single: [from = '', to = ''] }, options) {
    const [source, target] = [parseReference(from), parseReference(to)];
    const library = await context.library();
    const [place] = await placesOf(context, [target]);
    const request = await pushRequest(context, source, target, namingOf(options), options);
    const result = await transfer(context, sendJob('push', inLibrary(library, source), place!, namingOf(options)), options, request);
    context.output.result(result, () => transferLines(result));
  },
});
