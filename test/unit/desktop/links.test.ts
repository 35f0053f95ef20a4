import { describe, expect, it } from 'vitest';
import { formatReference } from '../../../shared/reference.js';
import { readLink } from '../../../main/desktop/links.js';

const digest = `sha256:${'a'.repeat(64)}`;

describe('a link', () => {
  it.each([
    ['longshore://open?ref=registry.example.com/team/app:1.0', 'registry.example.com/team/app:1.0'],
    ['longshore://open?ref=registry.example.com%2Fteam%2Fapp%3A1.0', 'registry.example.com/team/app:1.0'],
    ['LONGSHORE://open/?ref=localhost:5000/app:1', 'localhost:5000/app:1'],
    [`longshore://open?ref=registry.example.com/team/app@${digest}`, `registry.example.com/team/app@${digest}`],
  ])('%s names an image', (link, reference) => {
    expect(formatReference(readLink(link)!)).toBe(reference);
  });

  it.each([
    'longshore://pull?ref=registry.example.com/team/app:1.0',
    'longshore://open/delete?ref=registry.example.com/team/app:1.0',
    'longshore://open?ref=registry.example.com/team/app:1.0&account=me',
    'longshore://open?ref=a.example/b&ref=a.example/c',
    'longshore://user@open?ref=registry.example.com/team/app:1.0',
    'longshore://open:80?ref=registry.example.com/team/app:1.0',
    'longshore://open?ref=registry.example.com/team/app:1.0#go',
    'longshore://open?ref=../../etc/passwd',
    'longshore://open?ref=',
    'longshore://open',
    'longshore:',
    'https://open?ref=registry.example.com/team/app:1.0',
    'file:///etc/passwd',
    `longshore://open?ref=registry.example.com/team/app:${'1'.repeat(2000)}`,
    'not a link',
  ])('%.80s is not understood', (link) => {
    expect(readLink(link)).toBeUndefined();
  });
});
