import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../main/image/config.js';

const diffId = `sha256:${'d'.repeat(64)}`;
const parse = (document: unknown) => parseConfig(Buffer.from(JSON.stringify(document)), 'example.com/app:1');

test('a configuration is read as docker inspect shows it', () => {
  expect(parse({
    architecture: 'arm', os: 'linux', variant: 'v7', created: '2024-01-02T03:04:05Z', author: 'someone',
    config: { Env: ['PATH=/bin'], Entrypoint: ['/init'], Cmd: ['run'], WorkingDir: '/app', User: '1000', ExposedPorts: { '80/tcp': {} }, Volumes: { '/data': {} }, Labels: { a: 'b' } },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: '2024-01-02T03:04:05Z', created_by: 'ADD a /', comment: 'buildkit' }, { created_by: 'CMD', empty_layer: true }],
  })).toEqual({
    platform: { os: 'linux', architecture: 'arm', variant: 'v7' }, created: '2024-01-02T03:04:05Z', author: 'someone',
    environment: ['PATH=/bin'], entrypoint: ['/init'], command: ['run'], workingDirectory: '/app', user: '1000', exposedPorts: ['80/tcp'], volumes: ['/data'], labels: { a: 'b' },
    diffIds: [diffId],
    history: [{ created: '2024-01-02T03:04:05Z', createdBy: 'ADD a /', comment: 'buildkit', emptyLayer: false }, { createdBy: 'CMD', emptyLayer: true }],
  });
});

describe('what is missing or malformed counts as absent', () => {
  const bare = { platform: { os: 'unknown', architecture: 'unknown' }, environment: [], entrypoint: [], command: [], exposedPorts: [], volumes: [], labels: {}, diffIds: [], history: [] };
  test.each([
    ['nothing', {}],
    ['null everywhere, as Go writes it', { config: null, rootfs: null, history: null, os: '', created: '' }],
    ['wrong types everywhere', { os: 3, architecture: [], variant: {}, created: 1, config: { Env: 'PATH', Cmd: [1, null], Labels: ['a'], ExposedPorts: ['80'], Volumes: 7, User: {} }, history: ['a', null] }],
    ['labels that are no texts', { config: { Labels: { a: 1 } } }],
  ])('%s', (_, document) => {
    expect(parse(document)).toEqual(bare);
  });

  test('a step says an empty layer only with true', () => {
    expect(parse({ history: [{ empty_layer: 'yes', created_by: 3 }] }).history).toEqual([{ createdBy: '', emptyLayer: false }]);
  });
});

test.each([['a wrong one', ['sha256:short']], ['one that is no text', [diffId, 5]]])('DiffIDs with %s are refused, since the integrity of layers stands on them', (_, diffIds) => {
  expect(() => parse({ rootfs: { diff_ids: diffIds } })).toThrow(/rootfs lists something that is not a digest/);
});
