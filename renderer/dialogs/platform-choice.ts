/** What is ticked of the platforms there are. @param choice `all`, or platforms with commas between them */
export function chosenPlatforms(choice: string, there: readonly string[]): readonly string[] {
  if (choice === 'all') return there;
  const wanted = choice.split(',');
  return there.filter((platform) => wanted.includes(platform));
}

/** What the plan is asked for: `all` where every one is ticked, so that the digest stays; empty where none is. */
export function platformText(chosen: readonly string[], there: readonly string[]): string {
  return chosen.length === there.length ? 'all' : chosen.join(',');
}
