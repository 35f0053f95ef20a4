/** What the person wrote, without the program, Chromium's switches before `--`, and in development the folder of the sources. */
export function wordsOf(argv: readonly string[], development: boolean): readonly string[] {
  const given = argv.slice(1);
  const end = given.indexOf('--');
  if (end >= 0 && given.slice(0, end).every(isSwitch)) return given.slice(end + 1);
  return development ? given.slice(given.findIndex((word) => !isSwitch(word)) + 1) : given;
}

export const isSwitch = (word: string): boolean => word.startsWith('-');
