import { formatBytes } from '../../shared/format.js';
import type { Recipe } from './image.js';

/** What is moved, by name; the sizes are those of `--size 1024`, and grow and shrink with it. */
export const imageNames = ['files', 'plain', 'random', 'one', 'eighty', 'many', 'manyBefore'] as const;
export type ImageName = (typeof imageNames)[number];

const mebibyte = 1024 * 1024;
const usualMebibytes = 1024;
/** So few still are some. */
const fewest = 3;

export function recipeOf(name: ImageName, mebibytes: number): Recipe {
  const all = mebibytes * mebibyte;
  const layers = (usual: number): number => Math.max(fewest, Math.round((usual * mebibytes) / usualMebibytes));
  switch (name) {
    // What programs shrink to: before gzip it has the usual size.
    case 'plain':
      return { content: 'files', layers: 8, layerBytes: Math.round(all / 8 / 3) };
    case 'files':
    case 'random':
      return { content: name, layers: 8, layerBytes: all / 8 };
    case 'one':
      return { content: 'random', layers: 1, layerBytes: all / 2 };
    case 'eighty':
      return { content: 'random', layers: layers(80), layerBytes: 1e6 };
    case 'many':
      return { content: 'random', layers: layers(500), layerBytes: 1e4, otherEnd: true };
    case 'manyBefore':
      return { content: 'random', layers: layers(500), layerBytes: 1e4 };
  }
}

export function describeImage({ layers, layerBytes, content }: Recipe): string {
  const what = content === 'files' ? 'files of this machine, as gzip' : 'random bytes';
  return `${layers} ${layers === 1 ? 'layer' : 'layers'} of ${formatBytes(layerBytes)}: ${what}`;
}
