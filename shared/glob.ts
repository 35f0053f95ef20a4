/** Compiles `4.2.*-rocky` or `v?.1`: `*` is any run of characters, `?` one, all else itself. */
export function matchGlob(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}
