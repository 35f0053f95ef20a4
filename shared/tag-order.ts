interface Version {
  /** Without leading zeros, so `0` is empty: a date with a time in it has more digits than a number can hold. */
  readonly numbers: readonly string[];
  readonly prerelease: boolean;
}

/** `v1.2.3-rocky`, `4.2`, `2024.01.15`: a version is digits and dots at the start, after an optional v. */
function versionOf(tag: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+)*)(.*)$/.exec(tag);
  if (!match) return undefined;
  const [, digits = '', rest = ''] = match;
  return { numbers: digits.split('.').map(withoutZeros), prerelease: /^[-.]?(?:alpha|beta|rc|pre|preview|dev|snapshot|m\d)/i.test(rest) };
}

const withoutZeros = (digits: string): string => digits.replace(/^0+/, '');

/** Made by the first comparison: its tables take 7 ms to load, and a start compares nothing. */
let natural: Intl.Collator | undefined;

/** By name, with digits as numbers: `a2` before `a10`. */
export function compareNames(a: string, b: string): number {
  natural ??= new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [left = '', right = ''] = [a[at], b[at]];
    if (left !== right) return left.length - right.length || (left < right ? -1 : 1);
  }
  return a.length - b.length;
}

/**
 * Newest version first. Tags are rarely strict semver, so any leading version counts: `4.2.0-rocky` stands beside `4.2.0`,
 * pre-releases below their release, and tags without a version (`latest`, `main`) after all, by name.
 */
export function compareVersionsDescending(a: string, b: string): number {
  const left = versionOf(a);
  const right = versionOf(b);
  if (!left || !right) return left ? -1 : right ? 1 : compareNames(a, b);
  return compareNumbers(right.numbers, left.numbers) || Number(left.prerelease) - Number(right.prerelease) || compareNames(a, b);
}

/** `_`, `-`, `.` and `/` stand in this order before digits and letters, as in {@link compareNames}; each gets the sign that sorts there. */
const signs: Readonly<Record<string, string>> = { _: '!', '-': '"', '.': '#', '/': '$' };

/**
 * A key for databases, whose bytes sort names of tags and repositories as {@link compareNames} does; equal keys are told
 * apart by the names themselves. Only for the letters of such names: ASCII letters, digits and `_-./`.
 */
export function nameKey(name: string): string {
  const primary = name.toLowerCase().replace(/\d+|[_./-]/g, (part) => signs[part] ?? numberKey(withoutZeros(part)));
  // Case counts only where all else is equal: the letters in order, small before capital, behind a space.
  return name === name.toLowerCase() ? primary : `${primary} ${name.replace(/[^A-Za-z]+/g, '').replace(/[a-z]/g, '0').replace(/[A-Z]/g, '1')}`;
}

/** As {@link nameKey} for {@link compareVersionsDescending}: the newest version has the smallest key; equal ones go by name. */
export function versionKey(tag: string): string {
  const version = versionOf(tag);
  if (!version) return '~';
  const numbers = version.numbers.map((digits) => numberKey(digits).replace(/\d/g, (digit) => String(9 - Number(digit))));
  return `${numbers.join('')}${version.prerelease ? '}1' : '}0'}`;
}

/** How many digits, in three since no name is longer than 255 characters, then the digits. */
function numberKey(digits: string): string {
  return `${String(digits.length).padStart(3, '0')}${digits}`;
}
