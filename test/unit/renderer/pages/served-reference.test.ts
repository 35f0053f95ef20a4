import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../../../shared/reference.js';
import { servedReference } from '../../../../renderer/pages/library/served-reference.js';

const digest = `sha256:${'a'.repeat(64)}`;

describe('servedReference', () => {
  it.each([
    ['localhost/app:1.0', 'localhost:5050/app:1.0'],
    ['harbor.example.com:8443/team/app:1.0', 'localhost:5050/harbor.example.com_8443/team/app:1.0'],
    [`harbor.example.com/app@${digest}`, `localhost:5050/harbor.example.com/app@${digest}`],
    [`harbor.example.com/app:1.0@${digest}`, 'localhost:5050/harbor.example.com/app:1.0'],
  ])('serves %s as %s', (name, served) => {
    expect(formatReference(servedReference('http://localhost:5050', parseReference(name)))).toBe(served);
  });
});
