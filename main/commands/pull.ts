import { atRegistry, pullJob } from '../transfers/jobs.js';
import { chooseReferences, tagOptions, type TagChoice } from './choose-tags.js';
import { pullRequest } from './requests.js';
import { onFullOption, placesOf, transfer, transferOptions, type TransferOptions } from './transfer.js';
import { defineVerb } from './verb.js';

interface PullOptions extends TransferOptions, TagChoice {
  readonly sync?: boolean;
}

export const pull = defineVerb<PullOptions>({
  name: 'pull',
  summary: 'Copy images from registries into the library',
  parameters: '<reference...>',
  options: [
    ...transferOptions,
    ...tagOptions,
    onFullOption,
    { flags: '--no-sync', description: 'be done before the disk has it all: after a power cut it may have to be pulled again' },
  ],
  example: 'longshore pull registry.example.com/team/app:1.0 --platform linux/arm64',
  remarks: 'With --all-tags, --tags or --newest each REFERENCE is a repository: longshore pull registry.example.com/team/app --tags "4.2.*" --newest 5',
  async run(context, { many }, options) {
    const references = await chooseReferences(context, many, options);
    const library = await context.library();
    const places = await placesOf(context, references);
    await transfer(context, await pullJob(places.map(atRegistry), library, options), options, { request: await pullRequest(context, references, options) });
  },
});
