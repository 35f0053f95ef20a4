import { ProblemError } from '../../shared/errors.js';

export function manifestInvalid(where: string, why: string): ProblemError {
  return new ProblemError('manifest-invalid', {
    message: `${where} is not a valid image manifest: ${why}.`,
    next: 'Ask whoever published the image to push it again.',
  });
}

/** Deeper nesting is no manifest that a tool wrote, and recursion over it would end the process. */
const maxDepth = 64;

/** A cheap scan over the text: deep nesting must be refused before JSON.parse sees it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) at += 1;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return deepest;
}

/**
 * Parses JSON that a stranger wrote: valid UTF-8, no byte order mark, bounded nesting.
 * @throws ProblemError `manifest-invalid`
 */
export function parseUntrusted(bytes: Uint8Array, where: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw manifestInvalid(where, 'it is not UTF-8 text');
  }
  if (depthOf(text) > maxDepth) throw manifestInvalid(where, `it is nested more than ${maxDepth} levels deep`);
  try {
    return JSON.parse(text);
  } catch {
    throw manifestInvalid(where, /^\s*</.test(text) ? 'it is an HTML page' : 'it is not JSON');
  }
}

/** As {@link parseUntrusted}, with an object at the top. */
export function parseUntrustedObject(bytes: Uint8Array, where: string): Record<string, unknown> {
  const value = parseUntrusted(bytes, where);
  if (!isObject(value)) throw manifestInvalid(where, 'it is not a JSON object');
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
