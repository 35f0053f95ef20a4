/** What a keyboard event has of a shortcut. */
interface Keys {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

type Platform = 'linux' | 'darwin' | 'win32';

const symbols: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };
const names: Readonly<Record<string, string>> = { Mod: 'Ctrl', ArrowLeft: 'Left', ArrowRight: 'Right', ArrowUp: 'Up', ArrowDown: 'Down' };
/** Signs that a keyboard needs Shift for on some layouts: Shift is then no part of the shortcut. */
const signs = /^[^a-z0-9]$/i;

/** Does the key that was pressed mean `Mod+Shift+C`? */
export function isShortcut(event: Keys, shortcut: string, platform: Platform): boolean {
  const parts = shortcut.split('+');
  const key = parts.pop() ?? '';
  const mod = platform === 'darwin' ? event.metaKey : event.ctrlKey;
  const otherMod = platform === 'darwin' ? event.ctrlKey : event.metaKey;
  if (mod !== parts.includes('Mod') || otherMod || event.altKey !== parts.includes('Alt')) return false;
  if (!signs.test(key) && event.shiftKey !== parts.includes('Shift')) return false;
  return event.key.toLowerCase() === key.toLowerCase();
}

/** `Ctrl Shift C`, on a Mac `⇧⌘C`. */
export function formatShortcut(shortcut: string, platform: Platform): string {
  const parts = shortcut.split('+');
  if (platform === 'darwin') return parts.map((part) => symbols[part] ?? names[part] ?? part).join('');
  return parts.map((part) => names[part] ?? part).join(' ');
}

/** A bare letter or sign: it must not act while somebody types. */
export function isBare(shortcut: string): boolean {
  return !/Mod|Alt|^F\d/.test(shortcut);
}

/** A key by which text is copied and pasted everywhere: it belongs to the text that is typed or selected first. */
export function isEditing(shortcut: string): boolean {
  return /^Mod\+[ACVXZ]$/.test(shortcut);
}
