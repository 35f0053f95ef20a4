import { posix } from 'node:path';

/**
 * Brings the name of an entry to one form: no `./`, no doubled or closing slash, the root of the tar as the root.
 * @returns undefined for names that leave the archive (`..`) or hold a zero byte
 */
export function normaliseName(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || name.includes('\0') ? undefined : parts.join('/');
}

/**
 * The entry that a link points to. Symbolic links count from their own folder, hard links and absolute targets from the
 * root of the tar.
 * @returns undefined when it leaves the archive
 */
export function linkTarget(entry: { readonly name: string; readonly kind: string; readonly link: string }): string | undefined {
  const isRelative = entry.kind === 'symlink' && !entry.link.startsWith('/');
  const target = posix.normalize(isRelative ? posix.join(posix.dirname(entry.name), entry.link) : entry.link);
  return normaliseName(target);
}
