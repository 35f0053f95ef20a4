import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames, compareVersionsDescending, nameKey, versionKey } from '../../../shared/tag-order.js';

describe('compareVersionsDescending', () => {
  it('puts the newest version first and words last', () => {
    const tags = ['latest', '1.2.0', 'v1.10.0', '1.9', '2.0.0-rc.1', '2.0.0', 'main', '2024.01.15', '1.9.0-rocky'];
    expect(tags.toSorted(compareVersionsDescending)).toEqual(['2024.01.15', '2.0.0', '2.0.0-rc.1', 'v1.10.0', '1.9.0-rocky', '1.9', '1.2.0', 'latest', 'main']);
  });

  it('keeps a variant beside its version, above a pre-release', () => {
    expect(['4.2.0-rc1', '4.2.0-rocky', '4.2.0'].toSorted(compareVersionsDescending)).toEqual(['4.2.0', '4.2.0-rocky', '4.2.0-rc1']);
  });

  it('is a consistent order over any tags', () => {
    const tag = fc.stringMatching(/^v?[0-9a-z.-]{1,8}$/);
    fc.assert(fc.property(tag, tag, tag, (a, b, c) => {
      expect(Math.sign(compareVersionsDescending(a, b))).toBe(0 - Math.sign(compareVersionsDescending(b, a)));
      if (compareVersionsDescending(a, b) <= 0 && compareVersionsDescending(b, c) <= 0) expect(compareVersionsDescending(a, c)).toBeLessThanOrEqual(0);
    }));
  });
});

describe('compareVersionsDescending of long numbers', () => {
  it('tells them apart beyond what a number can hold', () => {
    expect(['20240115120000001', '20240115120000002'].toSorted(compareVersionsDescending)).toEqual(['20240115120000002', '20240115120000001']);
  });
});

describe('compareNames', () => {
  it('reads digits as numbers', () => {
    expect(['build-10', 'build-9', 'build-1'].toSorted(compareNames)).toEqual(['build-1', 'build-9', 'build-10']);
  });
});

describe('keys for databases', () => {
  const letters = fc.constantFrom(...'aAbBzZ019_-./');
  const name = fc.oneof(
    fc.string({ unit: letters, minLength: 1, maxLength: 12 }),
    fc.stringMatching(/^v?[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}(?:-(?:rc|alpha|rocky)[0-9]?)?$/),
    fc.stringMatching(/^[0-9]{15,40}$/),
  );
  const byKeys = (...keys: ((name: string) => string)[]) => (a: string, b: string): number => {
    const key = [...keys, (text: string) => text].find((make) => make(a) !== make(b));
    return key ? (key(a) < key(b) ? -1 : 1) : 0;
  };

  it('sort names as compareNames does', () => {
    fc.assert(fc.property(name, name, (a, b) => {
      expect(byKeys(nameKey)(a, b)).toBe(Math.sign(compareNames(a, b)));
    }), { numRuns: 3000 });
  });

  it('sort versions as compareVersionsDescending does', () => {
    fc.assert(fc.property(name, name, (a, b) => {
      expect(byKeys(versionKey, nameKey)(a, b)).toBe(Math.sign(compareVersionsDescending(a, b)));
    }), { numRuns: 3000 });
  });
});
