import { describe, expect, it } from 'vitest';
import { listRepositories } from '../../../main/browse/list-repositories.js';
import { ProblemError } from '../../../shared/errors.js';

async function* listed(...names: string[]): AsyncGenerator<string> {
  yield* names;
}

async function* refused(code: 'not-supported' | 'credentials-rejected'): AsyncGenerator<string> {
  yield* [];
  throw new ProblemError(code, { message: 'No.', next: 'Pin.' });
}

describe('the repositories of a registry', () => {
  it('are those it lists and those that were pinned, each once, by name', async () => {
    expect(await listRepositories(listed('team/b10', 'team/b9'), ['other/x', 'team/b9'])).toEqual(['other/x', 'team/b9', 'team/b10']);
  });

  it('are the pinned ones where it lists none', async () => {
    expect(await listRepositories(refused('not-supported'), ['team/app'])).toEqual(['team/app']);
  });

  it('are a problem where it lists none and none were pinned', async () => {
    await expect(listRepositories(refused('not-supported'), [])).rejects.toMatchObject({ code: 'not-supported' });
  });

  it('are a problem where the sign-in failed, pins or not', async () => {
    await expect(listRepositories(refused('credentials-rejected'), ['team/app'])).rejects.toMatchObject({ code: 'credentials-rejected' });
  });
});
