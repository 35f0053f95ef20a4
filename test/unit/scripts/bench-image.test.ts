import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { benchImage, type BenchImage, type Recipe } from '../../../scripts/bench/image.js';
import { readAbilities } from '../../../scripts/bench/tools.js';

const recipe: Recipe = { content: 'random', layers: 3, layerBytes: 20_000 };
const { signal } = new AbortController();

async function newCache(): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), 'longshore-image-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  return cache;
}

const digestsOf = ({ layers }: BenchImage): string[] => layers.map(({ digest }) => digest);

test('an image of random bytes is the same in every cache, with digests that are true', async () => {
  const [image, again] = [await benchImage(await newCache(), recipe, signal), await benchImage(await newCache(), recipe, signal)];
  expect(digestsOf(again)).toEqual(digestsOf(image));
  const config = JSON.parse(await readFile(join(image.layout, 'blobs/sha256', image.config.digest.slice(7)), 'utf8')) as { rootfs: { diff_ids: string[] } };
  for (const [at, { digest, size }] of image.layers.entries()) {
    const bytes = await readFile(join(image.layout, 'blobs/sha256', digest.slice(7)));
    expect([digestOf(bytes), bytes.length]).toEqual([digest, size]);
    expect(digestOf(gunzipSync(bytes))).toBe(config.rootfs.diff_ids[at]);
    // No compressor shrinks it.
    expect(size).toBeGreaterThan(recipe.layerBytes);
  }
});

test('an image with another end shares all layers but the last', async () => {
  const cache = await newCache();
  const [before, after] = [digestsOf(await benchImage(cache, recipe, signal)), digestsOf(await benchImage(cache, { ...recipe, otherEnd: true }, signal))];
  expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
  expect(after.at(-1)).not.toBe(before.at(-1));
});

test('layers of files of this machine have about the size that was asked for', async () => {
  const image = await benchImage(await newCache(), { content: 'files', layers: 2, layerBytes: 200_000 }, signal);
  for (const { size } of image.layers) expect(size).toBeGreaterThan(50_000);
  for (const { size } of image.layers) expect(size).toBeLessThan(1_000_000);
});

const saveHelp = (choices: string): string => `  -o, --output <file>       the archive
  --format <format>         universal loads everywhere; docker and oci are
                            smaller promises (choices:
                            ${choices}, default:
                            "universal")
  --platform <platform>     (choices: "docker-no")`;

test('what our command line can do is read from its help', () => {
  expect(readAbilities('  --dry-run  plan', saveHelp('"universal", "docker", "oci", "oci-dir"'))).toEqual({ noSync: false, plainFormat: undefined, dryRun: true });
  expect(readAbilities('  --no-sync', `${saveHelp('"universal", "docker",\n  "docker-plain"')}\n  --no-sync`)).toEqual({ noSync: true, plainFormat: 'docker-plain', dryRun: false });
});
