import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verbs } from '../../../main/commands/verbs.js';
import type { Verb } from '../../../main/commands/verb.js';
import { problemSchema, schemas } from '../../../main/commands/schemas.js';
import { exitCodes, problemKinds, ProblemError } from '../../../shared/errors.js';
import { documents } from '../../../scripts/docs/documents.js';

const pathsOf = (verb: Verb, before = ''): string[] => {
  const path = `${before}${verb.name}`;
  return [...(verb.run ? [path] : []), ...(verb.verbs ?? []).flatMap((child) => pathsOf(child, `${path} `))];
};

describe('the generated pages', () => {
  it.each([...documents()])('are fresh: %s is as `npm run docs` writes it', (path, text) => {
    expect(existsSync(path) ? readFileSync(path, 'utf8') : 'is not there').toBe(text);
  });

  it('are the only schemas there are', () => {
    expect(readdirSync('docs/json').map((file) => `docs/json/${file}`).sort()).toEqual([...documents().keys()].filter((path) => path.startsWith('docs/json/')).sort());
  });
});

describe('a schema', () => {
  it('is there for every verb, and for nothing else', () => {
    expect(Object.keys(schemas).sort()).toEqual(verbs.flatMap((verb) => pathsOf(verb)).sort());
  });

  it.each(Object.keys(problemKinds))('knows the problem %s and the shape of every problem', (code) => {
    const { problem } = new ProblemError(code as keyof typeof problemKinds, { message: 'It failed.', next: 'Do this.', detail: 'status 500', retryAfter: 3 });
    expect(problemSchema.parse({ problem })).toEqual({ problem });
  });

  it('refuses what is not documented', () => {
    expect(problemSchema.safeParse({ problem: { code: 'internal' } }).success).toBe(false);
    expect(schemas['library remove']!.safeParse({ removed: [], extra: 1 }).success).toBe(false);
  });
});

describe('the page of exit codes', () => {
  const page = documents().get('docs/exit-codes.md')!;

  it.each(Object.entries(problemKinds))('tells the exit code of %s', (code, { layer }) => {
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\| ${layer} \\| ${exitCodes[layer]} \\|`, 'm'));
  });
});
