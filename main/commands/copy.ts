import { selector } from '../../shared/reference.js';
import { atRegistry } from '../transfers/jobs.js';
import { chooseReferences, choosesTags, tagOptions } from './choose-tags.js';
import { alsoOption, namingOf, sentTo, targetOf, type PushOptions } from './push.js';
import { copyRequest } from './requests.js';
import { overwriteOption, placesOf, transfer, transferOptions } from './transfer.js';
import { defineVerb } from './verb.js';

export const copy = defineVerb<PushOptions>({
  name: 'copy',
  summary: 'Copy images from one registry or repository to another, never touching the disk',
  parameters: '<source> <target>',
  options: [alsoOption, overwriteOption, ...transferOptions, ...tagOptions],
  example: 'longshore copy staging.example.com/team/app:1.0 registry.example.com/team/app:1.0 --also stable',
  remarks: 'With --all-tags, --tags or --newest both are repositories, and the tags stay what they are.',
  async run(context, { single: [from = '', to = ''] }, options) {
    const target = targetOf(to, options);
    const sources = await chooseReferences(context, [from], options);
    const [place, ...places] = await placesOf(context, [target, ...sources]);
    const origins = places.map((source) => ({ ...atRegistry(source), tag: selector(source.reference) }));
    const request = choosesTags(options) ? undefined : await copyRequest(context, sources[0]!, target, namingOf(options), options);
    await transfer(context, sentTo('copy', place!, origins, options), options, { request });
  },
});
