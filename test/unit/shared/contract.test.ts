import { describe, expect, it } from 'vitest';
import { requestNames } from '../../../shared/contract/channels.js';
import { requests, type RequestName } from '../../../shared/contract/contract.js';
import { mostRows } from '../../../shared/contract/views.js';

const account = '6b0a3c5e-0000-4000-8000-000000000001';
const place = { account, repository: 'team/app', reference: '1.0' };
const target = { account, repository: 'team/app', tag: '1.0', also: [], overwrite: 'same' };
const sort = { by: 'name', descending: false };

const takes = (name: RequestName, input: unknown): boolean => requests[name].safeParse(input).success;

it('the page’s allow-list has the requests of the contract, and no others', () => {
  expect(Object.keys(requestNames).sort()).toEqual(Object.keys(requests).sort());
  expect(Object.values(requestNames)).not.toContain(false);
});

describe('what may cross', () => {
  it.each([
    ['view.rows', { id: 'a', from: 0, count: mostRows }],
    ['view.open', { scope: { kind: 'tags', account, repository: 'team/app' }, filter: 'a', sort }],
    ['transfer.plan', { kind: 'pull', from: [place], platform: 'all' }],
    ['transfer.plan', { kind: 'push', name: 'registry.example.com/team/app:1.0', platform: 'all', to: target }],
    ['library.remove', { names: ['registry.example.com/team/app:1.0'] }],
    ['accounts.remove', { account }],
    ['app.copyText', { text: 'a'.repeat(64 * 1024) }],
  ] as const)('%s takes %j', (name, input) => expect(takes(name, input)).toBe(true));

  it.each([
    ['view.rows', { id: 'a', from: 0, count: mostRows + 1 }],
    ['view.rows', { id: 'a', from: -1, count: 1 }],
    ['view.rows', { id: 'a', from: 0.5, count: 1 }],
    ['view.open', { scope: { kind: 'tags', account, repository: '../../etc' }, filter: '', sort }],
    ['view.open', { scope: { kind: 'tags', account: '../accounts', repository: 'team/app' }, filter: '', sort }],
    ['view.open', { scope: { kind: 'library' }, filter: 'a'.repeat(201), sort }],
    ['view.open', { scope: { kind: 'library' }, filter: '', sort: { by: 'name; DROP TABLE lists', descending: false } }],
    ['transfer.plan', { kind: 'pull', from: [{ ...place, repository: 'Team/App' }], platform: 'all' }],
    ['transfer.plan', { kind: 'pull', from: [], platform: 'all' }],
    ['transfer.plan', { kind: 'pull', from: Array.from({ length: 201 }, () => place), platform: 'all' }],
    ['transfer.plan', { kind: 'push', name: 'not a reference', platform: 'all', to: target }],
    ['transfer.plan', { kind: 'push', name: 'registry.example.com/team/app:1.0', platform: 'all', to: { ...target, tag: 'not a tag' } }],
    ['transfer.plan', { kind: 'push', name: 'registry.example.com/team/app:1.0', platform: 'all', to: { ...target, also: ['not a tag'] } }],
    ['transfer.plan', { kind: 'erase', from: [place], platform: 'all' }],
    ['library.remove', { names: [] }],
    ['accounts.remove', { account: '*' }],
    ['accounts.remove', { account, also: 'b' }],
    ['settings.change', { theme: 'light', homePage: 'https://registry.example.com' }],
    ['app.copyText', { text: 'a'.repeat(64 * 1024 + 1) }],
    ['app.chooseFile', { purpose: 'anything' }],
  ] as const)('%s refuses %.120j', (name, input) => expect(takes(name, input)).toBe(false));
});
