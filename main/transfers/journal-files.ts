/** The endings of what the journal keeps of each transfer, behind its id. */
export const recordEnding = '.json';
export const wishEnding = '.wish';

/** The id of a record or of a wish, by the name of its file. */
export function idOfFile(name: string): { readonly id: string; readonly kind: 'record' | 'wish' } | undefined {
  if (name.endsWith(recordEnding)) return { id: name.slice(0, -recordEnding.length), kind: 'record' };
  if (name.endsWith(wishEnding)) return { id: name.slice(0, -wishEnding.length), kind: 'wish' };
  return undefined;
}
