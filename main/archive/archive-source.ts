import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';
import { formatPlatform } from '../../shared/platform.js';
import { formatReference, parseReference } from '../../shared/reference.js';
import { parseManifest } from '../image/manifest.js';
import { isManifestType } from '../image/media-types.js';
import type { ByteSource, CallOptions, FileExtent, ReadStore, StoredManifest, WriteStore } from '../stores/store.js';
import { blobName, findBlob, type ArchiveImage, type Contents, type HeldImage } from './contents.js';
import { readExtent, type Extent } from './extent.js';
import { readStored } from './oci-images.js';

/** An archive that was opened for reading; `close` removes what was spooled for it. */
export class ArchiveSource implements ReadStore {
  readonly label: string;
  readonly #contents: Contents;
  readonly #held: readonly HeldImage[];

  constructor(contents: Contents, held: readonly HeldImage[]) {
    this.label = contents.files.label;
    this.#contents = contents;
    this.#held = held;
  }

  /** What the person should know, such as duplicate entries; may grow while images are resolved. */
  get warnings(): readonly string[] {
    return [...new Set([...this.#contents.files.warnings, ...this.#contents.warnings])];
  }

  /** Tells where images will go, before they are resolved: layers that are known and lie there are not compressed again. */
  aimAt(target: Pick<WriteStore, 'exists'>): void {
    this.#contents.target = target;
  }

  /** The images in the archive's order, once for each of their names. */
  names(): readonly ArchiveImage[] {
    return this.#held.map(({ image }) => image);
  }

  /**
   * @param reference a name (familiar or full), a tag that the archive gives alone, an id; empty for the only image
   * @throws ProblemError `image-unknown`, `image-ambiguous`, and what reading can meet
   */
  async resolve(reference: string, options: CallOptions): Promise<StoredManifest> {
    const found = reference === '' ? this.#held : this.#held.filter(({ image }) => answersTo(image, reference));
    const [first] = found;
    if (!first) throw this.#unknown(reference);
    if (found.some(({ image }) => image.id !== first.image.id)) throw this.#ambiguous(reference, found);
    return first.load(options);
  }

  async fetch(descriptor: Descriptor, { signal, offset = 0, end }: CallOptions & { offset?: number; end?: number }): Promise<ByteSource> {
    const extent = (await findBlob(this.#contents, descriptor.digest)) ?? (await this.#compressLeft(descriptor, signal));
    if (!extent) throw isManifestType(descriptor.mediaType) ? this.#withoutManifest(descriptor) : this.#contents.files.missing(blobName(descriptor.digest));
    return readExtent(extent, { signal, offset, ...(end !== undefined && { end }) });
  }

  async locate({ digest, size }: Descriptor): Promise<FileExtent | undefined> {
    const extent = await findBlob(this.#contents, digest);
    return extent?.size === size ? extent : undefined;
  }

  /** Manifests of the archive's own index that name this one as their subject. */
  async *referrers(descriptor: Descriptor, options: CallOptions): AsyncIterable<Descriptor> {
    for (const candidate of this.#contents.attached) {
      const { bytes } = await readStored(this.#contents, candidate, options);
      const { subject, artifactType, annotations } = parseManifest(bytes, candidate.mediaType, candidate.digest);
      if (subject?.digest === descriptor.digest) yield { ...candidate, annotations, ...(artifactType !== undefined && { artifactType }) };
    }
  }

  async close(): Promise<void> {
    await this.#contents.spool.remove();
  }

  /** A layer that the target had when it was asked, and has no longer. */
  async #compressLeft({ digest }: Descriptor, signal: AbortSignal): Promise<Extent | undefined> {
    const compress = this.#contents.left.get(digest);
    if (!compress) return undefined;
    await compress(signal);
    const extent = await findBlob(this.#contents, digest);
    if (extent) return extent;
    throw new ProblemError('blob-unknown', { message: `The layer ${digest} was removed from the target while ${this.label} was loaded.`, next: 'Try again.' });
  }

  /** Docker saves indexes whole, with the platforms that it has: a missing one is no damage. */
  #withoutManifest({ digest }: Descriptor): ProblemError {
    return new ProblemError('manifest-unknown', {
      message: `${this.label} does not hold the manifest ${digest}.`,
      next: 'Choose a platform that it holds, or save the image again with all of them.',
    });
  }

  #unknown(reference: string): ProblemError {
    return new ProblemError('image-unknown', {
      message: reference === '' ? `${this.label} holds no images.` : `${this.label} holds no image ${reference}.`,
      next: this.#held.length === 0 ? 'Save the image again where the archive was made.' : `It holds ${listed(this.#held)}: name one of these.`,
    });
  }

  #ambiguous(reference: string, found: readonly HeldImage[]): ProblemError {
    return new ProblemError('image-ambiguous', {
      message: reference === '' ? `${this.label} holds ${found.length} images.` : `${this.label} holds several images that are called ${reference}.`,
      next: `Name one of these: ${listed(found)}.`,
    });
  }
}

/** More names than these help nobody in one sentence. */
const maxListed = 20;

function listed(held: readonly HeldImage[]): string {
  const shown = held.slice(0, maxListed).map(({ image }) => {
    const name = image.name ?? image.tag;
    const platform = image.platform ? ` ${formatPlatform(image.platform)}` : '';
    return name === undefined ? `${image.id}${platform}` : name;
  });
  return [...shown, ...(held.length > maxListed ? ['…'] : [])].join(', ');
}

function answersTo(image: ArchiveImage, reference: string): boolean {
  if (isDigest(reference)) return image.id === reference;
  if (reference === image.name || reference === image.tag) return true;
  return image.name !== undefined && fullName(image.name) === fullName(reference);
}

/** Names in archives may be anything; those that are no references are compared as they stand. */
function fullName(text: string): string {
  try {
    return formatReference(parseReference(text));
  } catch {
    return text;
  }
}
