/** `amd64, arm64` where all are for linux, as nearly always; else in full. An absent list is a dash. */
export function shortPlatforms(platforms: readonly string[]): string {
  if (platforms.length === 0) return '–';
  const linux = 'linux/';
  const all = platforms.every((platform) => platform.startsWith(linux));
  return platforms.map((platform) => (all ? platform.slice(linux.length) : platform)).join(', ');
}
