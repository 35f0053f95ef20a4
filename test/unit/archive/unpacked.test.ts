import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openLayerTable } from '../../../main/archive/layer-table.js';
import { createZstdDecompress } from '../../../main/archive/zstd.js';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import type { CopyPlan } from '../../../main/stores/plan.js';
import type { ReadStore, WriteStore } from '../../../main/stores/store.js';
import { artifactOf, bodyOf, configOf, layerOf, planOf, sampleOf, signal, type Sample } from './sample.js';
import { bytesOf, entriesOf, pushAll, sinkTo, surroundings, useTarget, write } from './writing.js';

const place = useTarget();
const format = 'docker-uncompressed';
const layers = ['base', 'application'.repeat(100_000)].map(layerOf);
const diffIds = layers.map((layer) => digestOf(layer));

/** An image of these layers, whose blobs are made of them in any way. */
function packed(blobs: readonly Uint8Array[], mediaType: string = mediaTypes.ociLayerGzip, contents = layers): Sample {
  return sampleOf([{ mediaType: mediaTypes.ociConfig, bytes: configOf(contents) }, ...blobs.map((bytes) => ({ mediaType, bytes }))], {});
}
const usual = packed(layers.map((layer) => gzipSync(layer)));
/** Two members: the end says the size of the second alone, which could be that of the whole. */
const misleading = packed(layers.map((layer) => Buffer.concat([gzipSync(layer.subarray(0, 512)), gzipSync(layer.subarray(512))])));
/** The end says nothing. */
const silent = packed(layers.map((layer) => Buffer.concat([gzipSync(layer), gzipSync(Buffer.alloc(0))])));

/** A plan whose blobs can be read before they are copied. */
function planFrom(sample: Sample): CopyPlan {
  const source: ReadStore = {
    label: 'registry.example.com/app',
    resolve: () => Promise.resolve(sample.root),
    fetch: ({ digest }, { offset = 0, end }) => bodyOf(bytesOf([sample], digest).subarray(0, end))(offset),
  };
  const plan = planOf([sample, 'app:1']);
  return { ...plan, sources: new Map(plan.blobs.map(({ digest }) => [digest, source])) };
}

async function written(sample: Sample, more = {}): Promise<Map<string, Buffer>> {
  await write(sinkTo(place.file, format, more), planFrom(sample), sample);
  return entriesOf(place.file);
}

async function streamed(sample: Sample, more = {}): Promise<Buffer> {
  const stream = new PassThrough({ highWaterMark: 100_000_000 });
  await write(sinkTo(stream, format, more), planFrom(sample), sample);
  stream.end();
  return buffer(stream);
}

const hex = (digest: string): string => digest.slice('sha256:'.length);

describe('an archive of unpacked layers', () => {
  test('names them by their DiffIDs, as old loaders want them', async () => {
    const [config] = [...usual.blobs.keys()];
    const entries = await written(usual);
    expect([...entries.keys()]).toEqual(['manifest.json', `${hex(config!)}.json`, ...diffIds.map((diffId) => `${hex(diffId)}.tar`)]);
    expect(JSON.parse(String(entries.get('manifest.json')))).toEqual([
      { Config: `${hex(config!)}.json`, RepoTags: ['docker.io/library/app:1'], Layers: diffIds.map((diffId) => `${hex(diffId)}.tar`) },
    ]);
    for (const diffId of diffIds) expect(digestOf(entries.get(`${hex(diffId)}.tar`)!)).toBe(diffId);
  });

  test.each([
    ['of which the size is known by its end', usual],
    ['whose end misleads', misleading],
    ['whose end says nothing', silent],
    ['that is no gzip, though its type says so', packed(layers)],
    ['that is a plain tar', packed(layers, mediaTypes.ociLayer)],
    ['that was packed in two ways', packed([...layers.map((layer) => gzipSync(layer)), gzipSync(layers[0]!, { level: 0 })], mediaTypes.ociLayerGzip, [...layers, layers[0]!])],
  ])('holds a layer %s, the same in a file and in a stream', async (_, sample) => {
    const entries = await written(sample);
    for (const diffId of diffIds) expect(digestOf(entries.get(`${hex(diffId)}.tar`)!)).toBe(diffId);
    expect((await streamed(sample)).equals(await readFile(place.file))).toBe(true);
    expect((await readdir(place.folder)).toSorted()).toEqual(['app.tar', 'app.tar.sha256']);
    await expect(readFile(`${place.file}.sha256`, 'utf8')).resolves.toContain(hex(digestOf(await readFile(place.file))));
  });

  test('says before it starts that more room may be needed, and no more once the layers are known', async () => {
    const profile = surroundings();
    const warnings = (sink: WriteStore) => sink.foresee?.(planFrom(silent), { signal });
    expect(await warnings(sinkTo(place.file, format, { surroundings: profile }))).toEqual([expect.stringMatching(/^2 layers .* may need its room twice/)]);
    expect(await warnings(sinkTo(new PassThrough(), format, { surroundings: profile }))).toEqual([expect.stringContaining('spool folder')]);
    expect(await sinkTo(place.file, format).foresee?.(planFrom(usual), { signal })).toEqual([]);
    await written(silent, { surroundings: profile });
    expect(await warnings(sinkTo(new PassThrough(), format, { surroundings: profile }))).toEqual([]);
    expect((await streamed(silent, { surroundings: profile })).equals(await readFile(place.file))).toBe(true);
  });

  test('is not finished with a layer that unpacks to something else than the config says', async () => {
    const sample = packed([gzipSync(layers[0]!), gzipSync(layerOf('something else'))]);
    const sink = sinkTo(place.file, format);
    await sink.begin?.(planFrom(sample), { signal });
    await expect(pushAll(sink, planFrom(sample), sample)).rejects.toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining(diffIds[1]!) as string });
    await expect(sink.end?.(true)).rejects.toMatchObject({ code: 'internal' });
    expect(await readdir(place.folder)).toEqual([]);
  });

  test.each([['a file', () => place.file], ['a stream', () => new PassThrough({ highWaterMark: 100_000_000 })]])('takes a damaged layer for damage, and not into %s', async (_, target) => {
    const sink = sinkTo(target(), format);
    const plan = planFrom(usual);
    await sink.begin?.(plan, { signal });
    const layer = plan.blobs[2]!;
    for (const at of [0, 3, 60, layer.size - 6]) {
      const damaged = Buffer.from(bytesOf([usual], layer.digest));
      damaged[at]! ^= 0xff;
      let moved = 0;
      await expect(sink.push(layer, bodyOf(damaged), { signal, onBytes: (count) => void (moved += count) })).rejects.toMatchObject({ code: expect.stringMatching('digest-mismatch|archive-unsupported') as string });
      expect(moved).toBe(0);
    }
    await sink.end?.(false);
  });

  test('goes on after a failure with the layers that were whole', async () => {
    const plan = planFrom(usual);
    const [, first, second] = plan.blobs;
    const sink = sinkTo(place.file, format);
    await sink.begin?.(plan, { signal });
    await sink.push(first!, bodyOf(bytesOf([usual], first!.digest)), { signal });
    await expect(sink.push(second!, () => Promise.reject(new Error('the line broke')), { signal })).rejects.toThrow('the line broke');
    await sink.end?.(false);
    const again = sinkTo(place.file, format);
    await again.begin?.(plan, { signal });
    expect(await pushAll(again, plan, usual)).toEqual(['existed', 'existed', 'written']);
    await again.end?.(true);
    expect((await streamed(usual)).equals(await readFile(place.file))).toBe(true);
  });

  test('cannot hold what is no image', async () => {
    const chart = artifactOf('a chart');
    await expect(sinkTo(place.file, format).foresee?.(planFrom(chart), { signal })).rejects.toMatchObject({ code: 'archive-unsupported' });
  });

  test('is refused where a config does not fit its layers', async () => {
    const few = packed([gzipSync(layers[0]!)]);
    await expect(sinkTo(place.file, format).foresee?.(planFrom(few), { signal })).rejects.toMatchObject({ code: 'manifest-invalid' });
    const twice = packed([gzipSync(layers[0]!), gzipSync(layers[0]!)]);
    await expect(sinkTo(place.file, format).foresee?.(planFrom(twice), { signal })).rejects.toMatchObject({ code: 'manifest-invalid', message: expect.stringContaining('different things') as string });
  });

  test.skipIf(createZstdDecompress)('says which Node unpacks zstd', async () => {
    const zstd = packed(layers, mediaTypes.ociLayerZstd);
    await expect(sinkTo(place.file, format).foresee?.(planFrom(zstd), { signal })).rejects.toMatchObject({ code: 'archive-unsupported', message: expect.stringContaining('zstd') as string });
  });
});

describe('what is remembered of layers', () => {
  const row = { digest: digestOf('packed'), size: 10, diffId: digestOf('unpacked'), unpackedSize: 512 };

  test('is found by either digest, also by who opens it anew', async () => {
    const file = join(place.folder, 'layers');
    const other = { ...row, digest: digestOf('packed otherwise') };
    const table = openLayerTable(file);
    for (const each of [row, other, row]) await table.keep(each);
    for (const opened of [table, openLayerTable(file)]) {
      expect(await opened.byDigest(row.digest)).toEqual(row);
      expect(await opened.byDiffId(row.diffId)).toEqual([other, row]);
      expect(await opened.byDigest(row.diffId)).toBeUndefined();
    }
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(3);
  });

  test('counts for nothing where it was torn, edited or is no table at all', async () => {
    const file = join(place.folder, 'layers');
    await openLayerTable(file).keep(row);
    const line = await readFile(file, 'utf8');
    for (const damaged of [line.slice(0, -1), line.replace(' 512 ', ' 1024 '), line.replace(row.diffId, digestOf('another')), 'nonsense\n\n \n', '\0'.repeat(100)]) {
      await writeFile(file, damaged);
      expect(await openLayerTable(file).byDigest(row.digest)).toBeUndefined();
    }
    await writeFile(file, `nonsense\n${line}`);
    expect(await openLayerTable(file).byDigest(row.digest)).toEqual(row);
  });

  test('forgets the oldest when it is too much', async () => {
    const file = join(place.folder, 'layers');
    await openLayerTable(join(place.folder, 'one')).keep(row);
    const line = (await readFile(join(place.folder, 'one'), 'utf8')).length;
    const table = openLayerTable(file, { maxBytes: 20 * line });
    const rows = 21;
    for (let at = 0; at < rows; at += 1) await table.keep({ ...row, digest: digestOf(String(at)) });
    const opened = openLayerTable(file);
    expect(await opened.byDigest(digestOf('0'))).toBeUndefined();
    expect(await opened.byDigest(digestOf(String(rows - 1)))).toBeDefined();
    expect((await readFile(file)).length).toBe(10 * line);
  });

  test('is done without where nothing can be written', async () => {
    await writeFile(join(place.folder, 'file'), '');
    await expect(openLayerTable(join(place.folder, 'file/layers')).keep(row)).resolves.toBeUndefined();
  });
});
