/** The byte of a gzip header that names the system it was made on, and its value for `unknown` (RFC 1952, 2.3.1). */
const systemAt = 9;
const unknownSystem = 255;

/** Makes the output of a compressor the same on every system: zlib puts its own into the header. */
export async function* withoutSystem(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of chunks) {
    if (position <= systemAt && position + chunk.length > systemAt) chunk[systemAt - position] = unknownSystem;
    position += chunk.length;
    yield chunk;
  }
}
