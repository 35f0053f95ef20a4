import { describe, expect, it } from 'vitest';
import { sourceName } from '../../../../renderer/pages/library/source-name.js';

describe('sourceName', () => {
  it.each([
    ['harbor.example.org/team/app:1.0', 'harbor.example.org'],
    ['localhost:5000/app', 'localhost:5000'],
    ['/home/me/app.tar', 'app.tar'],
    ['C:\\images\\app.tar', 'app.tar'],
    ['app.tar', 'app.tar'],
    [undefined, '–'],
  ])('of %s is %s', (source, name) => expect(sourceName(source)).toBe(name));
});
