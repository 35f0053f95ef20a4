import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ArchiveSource } from '../../../main/archive/archive-source.js';
import { openLayerTable } from '../../../main/archive/layer-table.js';
import { openArchive } from '../../../main/archive/open-archive.js';
import { digestOf } from '../../../main/image/digest.js';
import type { WriteStore } from '../../../main/stores/store.js';
import { bytesOf, readImage, workplace, type Workplace } from './reading.js';
import { configOf, layerOf, signal, tarOf } from './sample.js';

let place: Workplace;
const opened: ArchiveSource[] = [];
beforeEach(async () => {
  place = await workplace();
});
afterEach(async () => {
  for (const source of opened.splice(0)) await source.close();
  await place.remove();
});

const layers = ['base', 'application'].map(layerOf);
const archive = tarOf([
  ['manifest.json', JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['0.tar', '1.tar'] }])],
  ['config.json', configOf(layers)],
  ...layers.map((layer, at) => [`${at}.tar`, layer] as const),
]);
/** The same archive with other bytes in place of its layers. */
const emptied = tarOf([
  ['manifest.json', JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['0.tar', '1.tar'] }])],
  ['config.json', configOf(layers)],
  ...layers.map((layer, at) => [`${at}.tar`, Buffer.alloc(layer.length)] as const),
]);

const tableFile = (): string => join(place.folder, 'layers');
const having = (has: (digest: string) => boolean): Pick<WriteStore, 'exists'> => ({ exists: ({ digest }) => Promise.resolve(has(digest)) });

/** Opens the archive as a process does that has the table alone. */
async function open(bytes: Uint8Array, target?: Pick<WriteStore, 'exists'>): Promise<ArchiveSource> {
  await writeFile(join(place.folder, 'app.tar'), bytes);
  const source = await openArchive(join(place.folder, 'app.tar'), { signal, spoolFolder: place.spoolFolder, layers: openLayerTable(tableFile()) });
  opened.push(source);
  if (target) source.aimAt(target);
  return source;
}

describe('a layer that was compressed before', () => {
  test('is neither read nor compressed where the target has it', async () => {
    const first = await (await open(archive)).resolve('app:1', { signal });
    const again = await (await open(emptied, having(() => true))).resolve('app:1', { signal });
    expect(again.descriptor).toEqual(first.descriptor);
    expect(Buffer.from(again.bytes).equals(first.bytes)).toBe(true);
  });

  test('is compressed, and so proven, where the target has it not', async () => {
    await (await open(archive)).resolve('app:1', { signal });
    const { contents } = await readImage(await open(archive, having(() => false)), 'app:1');
    expect(contents).toHaveLength(2);
    await expect((await open(emptied, having(() => false))).resolve('app:1', { signal })).rejects.toMatchObject({ code: 'digest-mismatch' });
    await expect((await open(emptied)).resolve('app:1', { signal })).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('is compressed after all when the target has lost it meanwhile', async () => {
    const { manifest } = await readImage(await open(archive), 'app:1');
    const source = await open(archive, having(() => true));
    await source.resolve('app:1', { signal });
    for (const layer of manifest.layers) expect(digestOf(await bytesOf(source, layer))).toBe(layer.digest);
  });

  test('that others had compressed, and the target has lost, is told', async () => {
    const foreign = { digest: digestOf('compressed elsewhere'), size: 20, diffId: digestOf(layers[0]!), unpackedSize: layers[0]!.length };
    await openLayerTable(tableFile()).keep(foreign);
    const source = await open(archive, having((digest) => digest === foreign.digest));
    await source.resolve('app:1', { signal });
    await expect(bytesOf(source, { mediaType: 'any', digest: foreign.digest, size: foreign.size })).rejects.toMatchObject({ code: 'blob-unknown' });
  });

  test('is compressed anew where what was remembered was edited or is damaged', async () => {
    const first = await (await open(archive)).resolve('app:1', { signal });
    const asked: string[] = [];
    const text = await readFile(tableFile(), 'utf8');
    await writeFile(tableFile(), text.replaceAll(/^sha256:[0-9a-f]{64}/gm, digestOf('another layer')));
    const again = await (await open(archive, having((digest) => asked.push(digest) > 0))).resolve('app:1', { signal });
    expect(again.descriptor).toEqual(first.descriptor);
    expect(asked).toEqual([]);
  });
});
