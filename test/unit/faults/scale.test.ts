import { expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { never as signal, useFakes } from '../registry/connect.js';

const fakes = useFakes();

it('an image of five hundred layers is copied from one registry to another, each layer once and a few at a time', async () => {
  const from = await fakes.start();
  const to = await fakes.start();
  const image = from.fake.putImage('team/app', '1.0', Array.from({ length: 500 }, (_, at) => Buffer.from(`layer ${at}`)));
  const target = to.registry.repository('team/app');
  const plan = await planCopy(target, [{ from: from.registry.repository('team/app'), source: '1.0', target: '1.0' }], { signal, platform: 'all', overwrite: 'always' });
  let moving = 0;
  let most = 0;
  await copy(target, plan, {
    signal,
    onEvent: (event) => {
      if (event.kind === 'blob') moving += event.state === 'moving' ? 1 : -1;
      most = Math.max(most, moving);
    },
  });
  expect(to.fake.storage.repository('team/app').tags.get('1.0')).toBe(image.digest);
  expect(to.fake.storage.repository('team/app').blobs.size).toBe(501);
  expect(from.fake.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))).toHaveLength(501);
  expect(most).toBe(6);
});
