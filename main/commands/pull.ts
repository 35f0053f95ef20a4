import { parseReference } from '../../shared/reference.js';
import { atRegistry, pullJob } from '../transfers/jobs.js';
import { pullRequest } from './requests.js';
import { onFullOption, placesOf, platformOption, transfer, transferLines, type TransferOptions } from './transfer.js';
import { defineVerb } from './verb.js';

export const pull = defineVerb<TransferOptions>({
  name: 'pull',
  summary: 'Copy images from registries into the library',
  parameters: '<reference...>',
  options: [platformOption, onFullOption],
  example: 'longshore pull registry.example.com/team/app:1.0 --platform linux/arm64',
  async run(context, { many }, options) {
    const references = many.map(parseReference);
    const library = await context.library();
    const places = await placesOf(context, references);
    const result = await transfer(context, await pullJob(places.map(atRegistry), library), options, await pullRequest(context, references, options));
    context.output.result(result, () => transferLines(result));
  },
});
