import { describe, expect, it } from 'vitest';
import { errorReply, json, reply, type Recorded, type Reply } from '../../fake/reply.js';
import { collect, never as signal, problemOf, useFakes } from './connect.js';

const fakes = useFakes();
const all = Array.from({ length: 25 }, (_, at) => `v${String(at).padStart(2, '0')}`);

interface Query {
  readonly n: number;
  readonly last: string | null;
  readonly path: string;
}

/** A registry whose tag list is answered by a function. */
async function tagsOf(answer: (query: Query, request: Recorded) => Reply): Promise<{ tags: string[]; asked: string[] }> {
  const { registry, fake } = await fakes.start({
    quirk: (request) => {
      const url = new URL(request.path, 'http://x');
      if (url.pathname === '/v2/') return undefined;
      return answer({ n: Number(url.searchParams.get('n') ?? Infinity), last: url.searchParams.get('last'), path: url.pathname }, request);
    },
  });
  const tags = await collect(registry.tags('team/app', { signal }));
  return { tags, asked: fake.requests.slice(1).map(({ path }) => path) };
}
const behind = (last: string | null, count: number): string[] => all.filter((tag) => last === null || tag > last).slice(0, count);
const page = (tags: unknown, link?: string): Reply => json(200, { name: 'team/app', tags }, link === undefined ? {} : { link });
const next = (tags: string[], target: string): Reply => page(tags, behind(tags.at(-1) ?? '', 1).length > 0 ? `<${target}>; rel="next"` : undefined);

describe('listing tags', () => {
  it('follows links page by page and does not touch their parameters', async () => {
    const { tags, asked } = await tagsOf(({ last }, { path }) => {
      const at = new URL(path, 'http://x').searchParams.get('next_page');
      const found = behind(at === null ? last : Buffer.from(at, 'base64').toString(), 10);
      return next(found, `/v2/team/app/tags/list?next_page=${encodeURIComponent(Buffer.from(found.at(-1) ?? '').toString('base64'))}&x=%2f`);
    });
    expect(tags).toEqual(all);
    expect(asked[1]).toBe('/v2/team/app/tags/list?next_page=djA5&x=%2f');
  });

  it.each([
    ['an absolute link with an internal host', 'http://registry.internal:8080/v2/team/app/tags/list'],
    ['an https link of a proxy', 'https://registry.example/v2/team/app/tags/list'],
    ['the path behind a connector', '/repository/docker-hosted/v2/team/app/tags/list'],
    ['a path without the prefix of the repository', '/v2/app/tags/list'],
    ['a link relative to the page', 'list'],
  ])('survives %s', async (name, target) => {
    const { tags, asked } = await tagsOf(({ last }) => {
      const found = behind(last, 10);
      return next(found, `${target}?last=${found.at(-1)}`);
    });
    if (name.includes('prefix')) return expect(asked[1]).toBe('/v2/app/tags/list?last=v09');
    expect(tags).toEqual(all);
    expect(asked.every((path) => path.startsWith('/v2/team/app/tags/list'))).toBe(true);
  });

  it('goes on by the last name where a link leads in a circle', async () => {
    const { tags } = await tagsOf(({ last }) => {
      const known = last !== null && all.includes(last);
      return page(behind(known ? last : null, 10), '</v2/team/app/tags/list?last=10000>; rel="next"');
    });
    expect(tags).toEqual(all);
  });

  it('asks once for more behind a full page without a link', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => `t${String(at).padStart(4, '0')}`);
    const { tags, asked } = await tagsOf(({ last, n }) => page(many.filter((tag) => last === null || tag > last).slice(0, n)));
    expect(tags).toEqual(many);
    expect(asked).toEqual(['/v2/team/app/tags/list?n=1000', '/v2/team/app/tags/list?n=1000&last=t0999']);
  });

  it('stops when a registry that knows no pages sends everything again', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => `t${String(at).padStart(4, '0')}`);
    const { tags, asked } = await tagsOf(() => page(many));
    expect(tags).toEqual(many);
    expect(asked).toHaveLength(2);
  });

  it('takes a refusal behind a full page for the end', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => `t${String(at).padStart(4, '0')}`);
    const { tags } = await tagsOf(({ last }) => (last === null ? page(many) : errorReply(400, 'UNKNOWN')));
    expect(tags).toEqual(many);
  });

  it('leaves out what is no tag and what it has seen', async () => {
    const { tags } = await tagsOf(() => page(['b', 'a', 'b', 7, null, '../x', 'a b', '']));
    expect(tags).toEqual(['b', 'a']);
  });

  it.each([['null', null], ['nothing', undefined], ['an object', {}]])('takes %s for an empty list', async (_, value) => {
    expect((await tagsOf(() => page(value))).tags).toEqual([]);
  });

  it('passes over empty pages that have a link', async () => {
    const { tags } = await tagsOf(({ last }) => (last === null ? page([], '</v2/team/app/tags/list?last=x>; rel=next') : page(['a'])));
    expect(tags).toEqual(['a']);
  });

  it('does not follow an empty page to itself', async () => {
    const { asked } = await tagsOf((_, { path }) => page([], `<${path}>; rel=next`));
    expect(asked).toHaveLength(1);
  });

  it('asks without a size where the size is refused', async () => {
    const { tags, asked } = await tagsOf(({ n }) => (n === Infinity ? page(all) : errorReply(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested')));
    expect(tags).toEqual(all);
    expect(asked).toEqual(['/v2/team/app/tags/list?n=1000', '/v2/team/app/tags/list']);
  });

  it('begins again, each name once, when the name it went on behind was deleted', async () => {
    let refusals = 1;
    const { tags } = await tagsOf(({ last }) => {
      if (last === 'v09' && refusals-- > 0) return errorReply(400, 'BAD_REQUEST', 'the last repository not found');
      const found = behind(last, 10);
      return next(found, `/v2/team/app/tags/list?last=${found.at(-1)}`);
    });
    expect(tags).toEqual(all);
  });

  it('does not begin again for ever', async () => {
    const { registry, fake } = await fakes.start({ faults: [{ path: '/tags/', times: 99, reply: errorReply(400, 'BAD_REQUEST') }] });
    expect(await problemOf(collect(registry.tags('team/app', { signal })))).toMatchObject({ code: 'registry-refused' });
    expect(fake.requests.length).toBeLessThan(8);
  });

  it.each([['JSON that is none', '{"tags":['], ['a JSON list', '[]']])('refuses %s', async (_, body) => {
    const { registry } = await fakes.start({ faults: [{ path: '/tags/', times: 9, reply: reply(200, { 'content-type': 'application/json' }, body) }] });
    expect(await problemOf(collect(registry.tags('team/app', { signal })))).toMatchObject({ code: 'answer-invalid' });
  });

  it('lists nearly ten thousand in pages of a thousand', async () => {
    const { registry, fake } = await fakes.start();
    const { tags } = fake.storage.repository('team/app');
    for (let at = 0; at < 9_500; at += 1) tags.set(`t${String(at).padStart(5, '0')}`, 'sha256:x');
    expect(await collect(registry.tags('team/app', { signal }))).toEqual([...tags.keys()]);
    expect(fake.requests).toHaveLength(11);
  });
});
