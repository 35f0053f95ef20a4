import { describe, expect, it } from 'vitest';
import { findRoute, parseRoute, printAddress, type Route } from '../../../renderer/address.js';

const account = '00000000-0000-4000-8000-000000000001';
const other = '00000000-0000-4000-8000-000000000002';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const accounts = [
  { id: account, host: 'harbor.example.org' },
  { id: other, host: 'harbor.example.org' },
  { id: 'hub', host: 'docker.io' },
  { id: 'port', host: 'localhost:5000' },
];

describe('an address', () => {
  it.each<[Route, string]>([
    [{ page: 'home' }, 'home'],
    [{ page: 'add-account' }, 'accounts/add'],
    [{ page: 'edit-account', account }, `accounts/edit/${account}`],
    [{ page: 'repositories', account }, `accounts/${account}`],
    [{ page: 'tags', account, repository: 'team/app' }, `accounts/${account}/team/app`],
    [{ page: 'artifact', account, repository: 'team/app', reference: '1.0' }, `accounts/${account}/team/app:1.0`],
    [{ page: 'artifact', account, repository: 'team/app', reference: digest }, `accounts/${account}/team/app@${digest}`],
  ])('of %j is %s, and leads back', (route, address) => {
    expect(printAddress(route)).toBe(address);
    expect(parseRoute(address)).toEqual(route);
  });

  it.each(['', 'nowhere', 'constructor', `accounts/${account}/Team`, `accounts/${account}/team/app@sha256:12`, `accounts/${account}/../x`, 'accounts/not-an-account'])('that leads nowhere, %j, is no route', (address) => {
    expect(parseRoute(address)).toBeUndefined();
  });
});

describe('what somebody types', () => {
  const repository = 'wso2/wso2am';
  const artifact = { page: 'artifact', account, repository, reference: '4.5.0' };

  it.each<[string, unknown]>([
    ['harbor.example.org/wso2/wso2am:4.5.0', artifact],
    ['  docker pull harbor.example.org/wso2/wso2am:4.5.0 ', artifact],
    ["podman pull 'harbor.example.org/wso2/wso2am:4.5.0'", artifact],
    ['skopeo copy docker://harbor.example.org/wso2/wso2am:4.5.0', artifact],
    ['harbor.example.org/wso2/wso2am', { page: 'tags', account, repository }],
    [`harbor.example.org/wso2/wso2am@${digest}`, { page: 'artifact', account, repository, reference: digest }],
    ['localhost:5000/app', { page: 'tags', account: 'port', repository: 'app' }],
    ['alpine:3', { page: 'artifact', account: 'hub', repository: 'library/alpine', reference: '3' }],
    ['https://harbor.example.org/', { page: 'repositories', account }],
    ['settings', { page: 'settings' }],
    ['quay.io/team/app', undefined],
    ['not a reference', undefined],
  ])('%j leads to %j', (typed, route) => {
    expect(findRoute(typed, accounts)).toEqual(route);
  });

  it('stays at the account that is shown, where that is at the same host', () => {
    expect(findRoute('harbor.example.org/wso2/wso2am', accounts, other)).toMatchObject({ account: other });
    expect(findRoute('docker.io/library/alpine', accounts, other)).toMatchObject({ account: 'hub' });
  });
});
