import { printable } from '../../shared/format.js';
import { redact } from '../../shared/redact.js';

/**
 * How a text begins that stands where data should be, on one line and safe to show; undefined of what is no text.
 * @param bytes the beginning alone, which may end within a character
 */
export function startOfText(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
  if (/[\0-\x08\x0e-\x1f\x7f]/.test(text)) return undefined;
  return printable(redact(text.replace(/\s+/g, ' ').trim())) || undefined;
}
