import type { LayerRow } from '../../../shared/contract/artifact.js';

/** A layer as the table and the strip show it. */
export interface LayerBar extends LayerRow {
  /** From 1, the base first. */
  readonly number: number;
  /** Of all bytes, 0 to 1. */
  readonly share: number;
  /** Of the largest layer, 0 to 1: how long its bar is. */
  readonly length: number;
  /** The instruction and what it was given: `RUN`, `apk add curl`. */
  readonly verb: string;
  readonly rest: string;
}

export function layerBars(layers: readonly LayerRow[]): readonly LayerBar[] {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const largest = Math.max(0, ...layers.map(({ size }) => size));
  return layers.map((layer, index) => {
    const instruction = layer.instruction ?? '';
    const [verb = ''] = /^[A-Z]+(?=\s|$)/.exec(instruction) ?? [];
    return {
      ...layer,
      number: index + 1,
      share: total === 0 ? 0 : layer.size / total,
      length: largest === 0 ? 0 : layer.size / largest,
      verb,
      rest: instruction.slice(verb.length).trim().replace(/\s+/g, ' '),
    };
  });
}
