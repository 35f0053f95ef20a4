import { parseAddress } from '../../shared/address.js';
import { ProblemError } from '../../shared/errors.js';
import { count } from '../../shared/format.js';
import { isRepository, type Host } from '../../shared/reference.js';
import { listRepositories } from '../browse/list-repositories.js';
import type { Context } from './context.js';
import { defineVerb, firstWord } from './verb.js';

interface ReposOptions {
  readonly pin?: readonly string[];
  readonly unpin?: readonly string[];
}

export const repos = defineVerb<ReposOptions>({
  name: 'repos',
  summary: 'List the repositories of a registry',
  parameters: '<host>',
  options: [
    { flags: '--pin <name...>', description: 'keep these in the list, where the registry does not list them' },
    { flags: '--unpin <name...>', description: 'keep these no longer' },
  ],
  example: 'longshore repos registry.example.com',
  async run(context, words, { pin = [], unpin = [] }) {
    const address = parseAddress(firstWord(words));
    const { host } = address;
    const pinned = await changePins(context, host, pin, unpin);
    const [registry] = await context.registries([address]);
    const repositories = await listRepositories(registry!.repositories({ signal: context.signal }), pinned);
    context.output.notice(count(repositories.length, 'repository', 'repositories'));
    context.output.result({ host, repositories }, () => repositories.map((repository) => `${host}/${repository}`));
  },
});

/** @returns the pins at the host after the change */
async function changePins(context: Context, host: Host, pin: readonly string[], unpin: readonly string[]): Promise<readonly string[]> {
  const settings = await context.settings();
  if (pin.length === 0 && unpin.length === 0) return (await settings.read()).repositories[host] ?? [];
  const wrong = pin.find((name) => !isRepository(name));
  if (wrong !== undefined) {
    throw new ProblemError('reference-invalid', { message: `${JSON.stringify(wrong)} is not the name of a repository.`, next: 'Write it without the host, such as team/app.' });
  }
  const changed = await settings.update((current) => {
    const pins = [...new Set([...(current.repositories[host] ?? []), ...pin])].filter((name) => !unpin.includes(name));
    return { ...current, repositories: { ...current.repositories, [host]: pins } };
  });
  return changed.repositories[host] ?? [];
}
