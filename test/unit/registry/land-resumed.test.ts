import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Span } from '../../../main/disk/written-parts.js';
import type { Wire } from '../../../main/registry/wire/wire.js';
import { blobOf, never, useFakes } from './connect.js';
import { openWire } from './open-wire.js';

const fakes = useFakes();
let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.close());

it('a blob of which a part is there behind a gap has all noted that is fetched, so that a second kill costs no more than the first', async () => {
  const content = randomBytes(3_000_000);
  const { registry, fake } = await fakes.start({}, {}, wire);
  fake.putBlob('team/app', content);
  const folder = await mkdtemp(join(tmpdir(), 'longshore-land-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'partial');
  await writeFile(path, Buffer.concat([Buffer.alloc(500_000), content.subarray(500_000, 1_000_000)]));
  const noted: Span[] = [];
  const landing = { path, start: 0, written: [{ from: 500_000, to: 1_000_000 }], note: async (span: Span) => void noted.push(span) };
  await registry.repository('team/app').land(blobOf(content), landing, { signal: never, job: {}, onBytes: () => undefined });
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(noted).toEqual([{ from: 0, to: 500_000 }, { from: 1_000_000, to: content.length }]);
});
