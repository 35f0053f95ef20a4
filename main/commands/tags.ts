import { count, formatBytes } from '../../shared/format.js';
import { formatRepository, parseRepository } from '../../shared/reference.js';
import { listTags, type TagRow, type TagSort } from '../browse/list-tags.js';
import { table } from './output.js';
import { defineVerb, firstWord } from './verb.js';

interface TagsOptions {
  readonly sort: TagSort;
  readonly match?: string;
}

export const tags = defineVerb<TagsOptions>({
  name: 'tags',
  summary: 'List the tags of a repository',
  parameters: '<repository>',
  options: [
    { flags: '--sort <order>', description: 'newest version, newest build, name, or largest first; date and size read each image', choices: ['semver', 'date', 'name', 'size'], fallback: 'semver' },
    { flags: '--match <glob>', description: 'only tags that match, such as "4.2.*"' },
  ],
  example: 'longshore tags registry.example.com/team/app --sort date --match "4.2.*"',
  async run(context, words, { sort, match }) {
    const { signal, output } = context;
    const name = parseRepository(firstWord(words));
    const [registry] = await context.registries([name]);
    const options = { signal, sort, ...(match !== undefined && { match }) };
    const { rows, total } = await listTags(registry!.tags(name.repository, { signal }), registry!.repository(name.repository), options);
    output.notice(match === undefined ? count(total, 'tag') : `${rows.length} of ${count(total, 'tag')}`);
    output.result({ repository: formatRepository(name), total, tags: rows }, () => table(rows.map(cells)));
  },
});

function cells({ name, size, created, digest }: TagRow): string[] {
  if (digest === undefined) return [name];
  return [name, size === undefined ? '' : formatBytes(size), created?.slice(0, 16).replace('T', ' ') ?? '', digest];
}
