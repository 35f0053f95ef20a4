import { describe, expect, it } from 'vitest';
import { faults } from '../../faults/list.js';
import { hasTest } from '../../faults/titles.js';

const rows = faults.flatMap(({ title, rows: of }) => of.map((row) => ({ section: title, ...row })));
const proved = rows.flatMap(({ proof }) => ('file' in proof ? [proof] : []));

describe('the list of faults', () => {
  it('names for each fault a test that is there, or says why there is none', () => {
    expect(proved.filter(({ file, title }) => !hasTest(file, title))).toEqual([]);
    for (const { proof } of rows) if ('notYet' in proof) expect(proof.notYet).toMatch(/\w+ \w+/);
  });

  it('says of each fault once what must happen', () => {
    const faultsOf = rows.map(({ section, fault }) => `${section}: ${fault}`);
    expect(faultsOf.filter((fault, at) => faultsOf.indexOf(fault) !== at)).toEqual([]);
    for (const { fault, expected } of rows) expect([fault, expected].every((text) => text !== '' && !/[|\n]/.test(text))).toBe(true);
  });

  it('has no test stand for two faults', () => {
    const titles = proved.map(({ file, title }) => `${file}: ${title}`);
    expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
  });
});

describe('the titles of a file', () => {
  it.each(['test/unit/faults/list.test.ts', 'test/faults/titles.ts'])('are not made up for %s', (file) => {
    expect(hasTest(file, 'the list of faults > has no test')).toBe(false);
    expect(hasTest(file, `the titles of a file > are not made up for ${'x'}${'y'.repeat(9)}`)).toBe(false);
  });

  it('are found within their group alone, with what a table fills in', () => {
    const file = 'test/unit/faults/list.test.ts';
    expect(hasTest(file, 'the list of faults > has no test stand for two faults')).toBe(true);
    expect(hasTest(file, 'the titles of a file > are not made up for test/faults/titles.ts')).toBe(true);
    expect(hasTest(file, 'the titles of a file > has no test stand for two faults')).toBe(false);
    expect(hasTest('test/unit/faults/none.test.ts', 'the list of faults > has no test stand for two faults')).toBe(false);
  });
});
