import { describe, expect, it } from 'vitest';
import type { LayerRow } from '../../../../shared/contract/artifact.js';
import { layerBars } from '../../../../renderer/pages/artifact/layer-bars.js';

const layer = (size: number, instruction?: string): LayerRow => ({
  digest: `sha256:${'a'.repeat(64)}`, size, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...(instruction !== undefined && { instruction }),
});

describe('layerBars', () => {
  it('numbers layers from the base, by their share of all and of the largest', () => {
    expect(layerBars([layer(300), layer(600), layer(100)]).map(({ number, share, length }) => [number, share, length])).toEqual([[1, 0.3, 0.5], [2, 0.6, 1], [3, 0.1, 1 / 6]]);
  });

  it('tells the instruction from what it was given', () => {
    expect(layerBars([layer(1, 'RUN apk add \t curl'), layer(1, '# a step without a word'), layer(1)]).map(({ verb, rest }) => [verb, rest])).toEqual([
      ['RUN', 'apk add curl'], ['', '# a step without a word'], ['', ''],
    ]);
  });

  it('has nothing to divide by where all layers are empty', () => {
    expect(layerBars([layer(0)])).toMatchObject([{ share: 0, length: 0 }]);
    expect(layerBars([])).toEqual([]);
  });
});
