import { describe, expect, it } from 'vitest';
import { fileName, transferEnds } from '../../../../renderer/pages/transfers/transfer-ends.js';

const place = { account: 'one', repository: 'team/app', reference: '1.0' };
const target = { account: 'two', repository: 'mirror/app', tag: '1.0', also: [], overwrite: 'same' as const };
const one = { kind: 'account', account: 'one', repository: 'team/app' };
const two = { kind: 'account', account: 'two', repository: 'mirror/app' };
const file = { kind: 'file', path: '/tmp/a.tar' };
const library = { kind: 'library' };

describe('transferEnds', () => {
  it.each([
    ['a pull', { kind: 'pull' as const, from: [place], platform: 'all' }, one, library],
    ['a save from an account', { kind: 'save' as const, from: [place], platform: 'all', path: '/tmp/a.tar', format: 'universal' as const, replace: false }, one, file],
    ['a save from the library', { kind: 'save' as const, from: ['host.example/app:1'], platform: 'all', path: '/tmp/a.tar', format: 'universal' as const, replace: false }, library, file],
    ['a load', { kind: 'load' as const, path: '/tmp/a.tar', picks: [] }, file, library],
    ['a load to an account', { kind: 'load' as const, path: '/tmp/a.tar', picks: [], to: target }, file, two],
    ['a push', { kind: 'push' as const, name: 'host.example/app:1', platform: 'all', to: target }, library, two],
    ['a copy', { kind: 'copy' as const, from: place, platform: 'all', to: target }, one, two],
  ])('tells both ends of %s', (_, request, from, to) => expect(transferEnds(request)).toEqual({ from, to }));
});

describe('fileName', () => {
  it.each([['/home/me/a.tar', 'a.tar'], ['C:\\images\\a.tar', 'a.tar'], ['/images/folder/', 'folder'], ['a.tar', 'a.tar'], ['/', '/']])('of %s is %s', (path, name) => {
    expect(fileName(path)).toBe(name);
  });
});
