/** Bytes in order. Breaking off the iteration frees what stands behind it (socket, file). */
export type ByteSource = AsyncIterable<Uint8Array>;
