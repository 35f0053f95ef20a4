import { codedError } from './coded-error.js';

/** The head of an HTTP/1.1 answer. RFC 9112, 2 to 6. */
export interface Head {
  readonly status: number;
  /** Lower-case names, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Bytes of the body; undefined where only the end of the connection, or chunks, would tell. */
  readonly length: number | undefined;
  /** The connection may serve another request behind this body. */
  readonly keepsOpen: boolean;
}

const statusLine = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: [^\r\n\0]*)?$/;
/** No folded lines, no blanks before the colon: where parsers differ, answers are smuggled. */
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/;

/**
 * Reads the head of an answer to a GET, without its empty line. Stricter than the RFC wants of readers: what is in doubt
 * is no answer.
 * @throws Error with the code `HPE_INVALID_HEAD`
 */
export function parseHead(bytes: Uint8Array): Head {
  const [first = '', ...lines] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').split('\r\n');
  const status = statusLine.exec(first);
  if (!status) throw invalid(`its first line is ${JSON.stringify(first.slice(0, 100))}`);
  const headers = lines.map((line) => {
    const header = headerLine.exec(line);
    if (!header) throw invalid(`it has the line ${JSON.stringify(line.slice(0, 100))}`);
    return [header[1]!.toLowerCase(), header[2]!] as const;
  });
  const valuesOf = (wanted: string): string[] => headers.filter(([name]) => name === wanted).map(([, value]) => value);
  const code = Number(status[2]);
  const connection = valuesOf('connection').join(',').toLowerCase().split(',').map((option) => option.trim());
  return {
    status: code,
    headers,
    length: lengthOf(code, valuesOf('content-length'), valuesOf('transfer-encoding')),
    keepsOpen: status[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive'),
  };
}

function lengthOf(status: number, told: readonly string[], encodings: readonly string[]): number | undefined {
  if (status < 200 || status === 204 || status === 304) return 0;
  if (encodings.length > 0) {
    // Both would let two readers see two different answers (RFC 9112, 6.3).
    if (told.length > 0) throw invalid('it tells its length in two ways');
    return undefined;
  }
  if (told.length === 0) return undefined;
  const [only] = told;
  if (told.some((each) => each !== only) || !/^[0-9]{1,15}$/.test(only!)) throw invalid(`its length is ${JSON.stringify(told.join(', ').slice(0, 100))}`);
  return Number(only);
}

function invalid(what: string): Error {
  return codedError('HPE_INVALID_HEAD', `the answer's head cannot be read: ${what}`);
}
