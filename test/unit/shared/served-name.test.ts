import { describe, expect, test } from 'vitest';
import { nameOf, servedName } from '../../../shared/served-name.js';

const pairs: [served: string, host: string, repository: string][] = [
  ['team/app', 'localhost', 'team/app'],
  ['app', 'localhost', 'app'],
  ['foo.bar', 'localhost', 'foo.bar'],
  ['harbor.example.com/team/app', 'harbor.example.com', 'team/app'],
  ['harbor.example.com_8443/team/app', 'harbor.example.com:8443', 'team/app'],
  ['localhost_5000/demo/app', 'localhost:5000', 'demo/app'],
  ['docker.io/library/alpine', 'docker.io', 'library/alpine'],
  ['ip6__x--1x_5000/app', '[::1]:5000', 'app'],
  ['ip6__xfe80--x/app', '[fe80::]', 'app'],
  ['localhost/harbor.example.com/app', 'localhost', 'harbor.example.com/app'],
  ['localhost/localhost/app', 'localhost', 'localhost/app'],
  ['a_99999999/app', 'localhost', 'a_99999999/app'],
  ['my_team/app', 'localhost', 'my_team/app'],
  ['my__5/app', 'localhost', 'my__5/app'],
];

describe('served names', () => {
  test.each(pairs)('%s is %s and %s, and back', (served, host, repository) => {
    expect(nameOf(served)).toEqual({ host, repository });
    expect(servedName({ host, repository })).toBe(served);
  });

  test.each(['', 'Team/app', 'team//app', '../app', 'team/app:1', 'ip6_/app', `${'a'.repeat(256)}`])('%j is no repository name', (served) => {
    expect(nameOf(served)).toBeUndefined();
  });

  test('localhost/team/app and team/app are the same repository, listed under the short name', () => {
    expect(nameOf('localhost/team/app')).toEqual(nameOf('team/app'));
    expect(servedName({ host: 'localhost', repository: 'team/app' })).toBe('team/app');
  });
});
