import { fileName } from '../transfers/transfer-ends.js';

/** Where an image came from in a word: the host of its registry, or the file. A dash where that is not known. */
export function sourceName(source: string | undefined): string {
  if (source === undefined) return '–';
  if (/^(?:\/|\\\\|[A-Za-z]:[\\/])/.test(source)) return fileName(source);
  const slash = source.indexOf('/');
  return slash < 0 ? source : source.slice(0, slash);
}
