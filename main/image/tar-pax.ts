import { archiveInvalid } from './archive-problems.js';

/** Writes extended header records, POSIX.1-2017 pax: `LENGTH KEY=VALUE\n`, where LENGTH counts its own digits. */
export function encodePax(records: ReadonlyMap<string, string>): Uint8Array {
  return Buffer.concat([...records].map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    const guess = rest + String(rest).length;
    return Buffer.from(`${rest + String(guess).length} ${key}=${value}\n`);
  }));
}

/**
 * Reads extended header records. Lengths count bytes and values may hold line ends, so this walks the bytes.
 * @throws ProblemError `archive-invalid`
 */
export function decodePax(bytes: Uint8Array, where: string): Map<string, string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records = new Map<string, string>();
  for (let at = 0; at < buffer.length;) {
    const space = buffer.indexOf(0x20, at);
    const digits = buffer.toString('latin1', at, space);
    const end = at + Number(digits);
    if (space < 0 || !/^[1-9][0-9]{0,9}$/.test(digits) || end > buffer.length || end <= space || buffer[end - 1] !== 0x0a) {
      throw archiveInvalid(where, 'an extended tar header is damaged');
    }
    const equals = buffer.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) throw archiveInvalid(where, 'an extended tar header is damaged');
    records.set(buffer.toString('utf8', space + 1, equals), buffer.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  return records;
}
