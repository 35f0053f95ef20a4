import { parseReference } from '../../shared/reference.js';
import { atRegistry, sendJob } from '../transfers/jobs.js';
import { alsoOption, namingOf, type PushOptions } from './push.js';
import { copyRequest } from './requests.js';
import { overwriteOption, placesOf, platformOption, transfer, transferLines } from './transfer.js';
import { defineVerb } from './verb.js';

export const copy = defineVerb<PushOptions>({
  name: 'copy',
  summary: 'Copy an image from one registry or repository to another, never touching the disk',
  parameters: '<source> <target>',
  options: [alsoOption, overwriteOption, platformOption],
  example: 'longshore copy staging.example.com/team/app:1.0 registry.example.com/team/app:1.0 --also stable',
  async run(context, { single: [from = '', to = ''] }, options) {
    const references = [parseReference(from), parseReference(to)] as const;
    const [source, target] = await placesOf(context, references);
    const request = await copyRequest(context, ...references, namingOf(options), options);
    const result = await transfer(context, sendJob('copy', atRegistry(source!), target!, namingOf(options)), options, request);
    context.output.result(result, () => transferLines(result));
  },
});
