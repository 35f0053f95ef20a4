/** A piece of a text, and whether it is what was searched for. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** Every word of the query stands somewhere in the text: how well, the higher the better; 0: it does not. */
export function score(text: string, query: string): number {
  const lower = text.toLowerCase();
  let sum = 1;
  for (const word of wordsOf(query)) {
    const at = lower.indexOf(word);
    if (at < 0) return 0;
    sum += at === 0 ? 4 : /[^a-z0-9]/.test(lower[at - 1] ?? '') ? 3 : 1;
  }
  return sum;
}

/** The text in pieces, for marking what matched. */
export function pieces(text: string, query: string): readonly Piece[] {
  const hits = new Array<boolean>(text.length).fill(false);
  const lower = text.toLowerCase();
  for (const word of wordsOf(query)) {
    const at = lower.indexOf(word);
    if (at >= 0) hits.fill(true, at, at + word.length);
  }
  const found: { text: string; hit: boolean }[] = [];
  for (const [index, hit] of hits.entries()) {
    const last = found.at(-1);
    if (last?.hit === hit) last.text += text[index] ?? '';
    else found.push({ text: text[index] ?? '', hit });
  }
  return found;
}

const wordsOf = (query: string): readonly string[] => query.toLowerCase().split(/\s+/).filter(Boolean);
