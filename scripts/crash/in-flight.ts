import type { Exchange } from './relay.js';

/** Parts of a large blob have 8 to 64 MiB; those of an image of less than 192 MiB have 8. */
export const partBytes = 8 * 1024 * 1024;

export type Resumes = 'parts' | 'blobs' | 'nothing';

const isBlob = ({ method, path }: Exchange): boolean => method === 'GET' && /\/blobs\/sha256/.test(path);

/** Bytes of blobs that went either way. */
export function blobBytes(exchanges: readonly Exchange[], direction: 'sent' | 'received'): number {
  return exchanges.filter((exchange) => direction === 'sent' ? exchange.path.includes('/blobs/uploads/') : isBlob(exchange)).reduce((sum, exchange) => sum + exchange[direction], 0);
}

/**
 * What a kill at this moment may have moved a second time, at the most.
 * @param open the last exchange of each connection
 */
export function inFlight(open: readonly Exchange[], resumes: Resumes): number {
  if (resumes === 'parts') return open.filter(isBlob).reduce((sum, { received }) => sum + Math.min(received, partBytes), 0);
  return blobBytes(open, 'sent');
}
