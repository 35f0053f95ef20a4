import { createHash, type Hash } from 'node:crypto';
import type { ByteSource } from '../../shared/byte-source.js';
import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { startOfText } from './start-of-text.js';

export function digestOf(bytes: Uint8Array | string, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** The source may be a registry, a library or an archive. */
const whenDamaged = 'Try again; when it stays so, the copy there is damaged and must be pushed, pulled or saved anew.';

/** Enough for the title of a page. */
const shownBytes = 200;

/** Follows the bytes of one blob and says at the end whether they were the right ones. */
export class BlobVerifier {
  readonly #hash: Hash;
  readonly #descriptor: Pick<Descriptor, 'digest' | 'size'>;
  readonly #where: string;
  #seen = 0;
  #start: Uint8Array | undefined;

  /** @param where how messages call the source, such as a repository or a file */
  constructor(descriptor: Pick<Descriptor, 'digest' | 'size'>, where = 'the source') {
    this.#descriptor = descriptor;
    this.#where = where;
    this.#hash = createHash(splitDigest(descriptor.digest).algorithm);
  }

  get seen(): number {
    return this.#seen;
  }

  /** @throws ProblemError `size-mismatch` as soon as there are more bytes than the descriptor says */
  update(chunk: Uint8Array): void {
    this.#seen += chunk.length;
    if (this.#seen > this.#descriptor.size) throw sizeMismatch(this.#descriptor, this.#where, `more than ${this.#descriptor.size}`);
    if (chunk.length > 0) this.#start ??= Buffer.from(chunk.subarray(0, shownBytes));
    this.#hash.update(chunk);
  }

  /** @throws ProblemError `size-mismatch`, `digest-mismatch` */
  finish(): void {
    const { digest, size } = this.#descriptor;
    if (this.#seen !== size) throw sizeMismatch(this.#descriptor, this.#where, String(this.#seen));
    const found = `${splitDigest(digest).algorithm}:${this.#hash.digest('hex')}`;
    if (found !== digest) throw digestMismatch(digest, this.#where, found, this.#start);
  }
}

/** @param start the first bytes: storage and portals answer with pages, whose words say more than two digests */
export function digestMismatch(digest: Digest, where: string, found: string, start?: Uint8Array): ProblemError {
  const words = start && startOfText(start);
  return new ProblemError('digest-mismatch', {
    message: `The data of ${digest} from ${where} is damaged: its digest is ${found}.`,
    next: whenDamaged,
    detail: words && `it begins: ${words}`,
  });
}

function sizeMismatch({ digest, size }: Pick<Descriptor, 'digest' | 'size'>, where: string, found: string): ProblemError {
  return new ProblemError('size-mismatch', {
    message: `${where} sent ${found} bytes for ${digest}, which has ${size}.`,
    next: whenDamaged,
  });
}

/**
 * Reads a small blob whole and verifies it.
 * @throws ProblemError `size-mismatch`, `digest-mismatch`
 */
export async function readVerified(source: ByteSource, descriptor: Descriptor, where?: string): Promise<Uint8Array> {
  const verifier = new BlobVerifier(descriptor, where);
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    verifier.update(chunk);
    chunks.push(chunk);
  }
  verifier.finish();
  return Buffer.concat(chunks);
}
