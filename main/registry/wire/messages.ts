import type { Span } from '../../disk/written-parts.js';
import type { Connection } from '../connection.js';
import type { SerializedError } from './serialize-error.js';

/** A file that takes a blob's bytes, each at its place. */
export interface BlobPlace {
  readonly path: string;
  /** Where in the file the blob's first byte stands. */
  readonly start: number;
  /** Of the blob. */
  readonly size: number;
  readonly algorithm: string;
  /** What an earlier try has written. */
  readonly written: readonly Span[];
}

/** What a thread needs to know of a connection to open its sockets: nothing that signs requests in. */
export type WireConnection = Pick<Connection, 'host' | 'plainHttp' | 'trust' | 'connectTo' | 'timeouts'>;

export interface WireRequest {
  readonly connection: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly reach: 'any' | 'public';
  /** Milliseconds from the request's last byte to the answer's first. */
  readonly answerTimeout: number;
  /** Milliseconds in which nothing moves. */
  readonly stall: number;
}

/** Bytes of a file as the body of a request. */
export interface FilePart {
  readonly path: string;
  /** In the file, `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

/** An answer; its body is here when it is short, or waits in the thread to be received. */
export interface WireAnswer {
  readonly status: number;
  /** Lower-case names, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | undefined;
}

/** What can be asked of a thread. `exchange` numbers are chosen by the one who asks. */
export interface WireCalls {
  connect(connection: number, known: WireConnection): void;
  openFile(file: number, place: BlobPlace): void;
  /** Undefined: the answer has a form that only undici reads. */
  get(exchange: number, request: WireRequest): WireAnswer | undefined;
  /** Writes the waiting body, which begins at `span.from`. @returns where it ended, which `limit` may have drawn nearer */
  receive(exchange: number, file: number, span: Span): number;
  /** Ends a receiving after so many bytes more. @returns where it will end */
  limit(exchange: number, bytes: number): number;
  /** Bytes that came another way. */
  write(file: number, at: number, bytes: Uint8Array): void;
  /** The hexadecimal digest, once all bytes are there. */
  digest(file: number): string;
  closeFile(file: number): void;
  send(exchange: number, request: WireRequest, part: FilePart): WireAnswer;
  /** Ends an exchange, whatever it does. */
  abort(exchange: number): void;
}

export interface WireCall {
  readonly id: number;
  readonly method: keyof WireCalls;
  readonly parameters: readonly unknown[];
}

export type WireReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: SerializedError }
  /** Bytes that were moved since it was said last. */
  | { readonly moved: readonly (readonly [exchange: number, bytes: number])[] };
