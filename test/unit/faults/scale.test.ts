import { expect, it } from 'vitest';
import { copy } from '../../../main/copy/copy.js';
import { planCopy } from '../../../main/copy/plan-copy.js';
import { MemoryStore } from '../../fake/memory-store.js';
import { never as signal, useFakes } from '../registry/connect.js';

const fakes = useFakes();

it('an image of five hundred layers is copied from a registry, each layer once and sixteen at a time', async () => {
  const { fake, registry } = await fakes.start();
  const image = fake.putImage('team/app', '1.0', Array.from({ length: 500 }, (_, at) => Buffer.from(`layer ${at}`)));
  const target = new MemoryStore();
  const plan = await planCopy(target, [{ from: registry.repository('team/app'), source: '1.0', target: '1.0' }], { signal, platform: 'all', overwrite: 'always' });
  let moving = 0;
  let most = 0;
  await copy(target, plan, {
    signal,
    onEvent: (event) => {
      if (event.kind === 'blob') moving += event.state === 'moving' ? 1 : -1;
      most = Math.max(most, moving);
    },
  });
  expect(target.names.get('1.0')?.digest).toBe(image.digest);
  expect(target.blobs.size).toBe(502);
  expect(fake.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))).toHaveLength(501);
  expect(most).toBe(16);
});
