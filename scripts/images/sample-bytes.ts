/** A piece is half noise, half text, so that gzip has work and does not win much. */
const pieceSize = 256 * 1024;
const text = Buffer.from('0123456789 the quick brown fox jumps over the lazy dog; pack my box with five dozen liquor jugs.\n');

/**
 * The same bytes for the same seed, made piece by piece.
 * @param seed a whole number other than 0
 */
export function* sampleBytes(size: number, seed: number): Generator<Uint8Array> {
  let state = seed;
  for (let at = 0; at < size; at += pieceSize) {
    const noise = new Uint32Array(pieceSize / 8);
    for (let index = 0; index < noise.length; index += 1) {
      // Marsaglia's xorshift32
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      noise[index] = state;
    }
    const piece = Buffer.concat([new Uint8Array(noise.buffer), Buffer.alloc(pieceSize / 2, text)]);
    yield piece.subarray(0, size - at);
  }
}
