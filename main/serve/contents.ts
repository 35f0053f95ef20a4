import type { Descriptor } from '../../shared/descriptor.js';
import { isDigest, type Digest } from '../../shared/digest.js';
import { formatRepository, type RepositoryName } from '../../shared/reference.js';
import { parseManifest } from '../image/manifest.js';
import { isIndexType } from '../image/media-types.js';
import type { Library, LibraryEntry } from '../library/library.js';
import type { CallOptions } from '../stores/store.js';

/** Indexes whose children are kept in memory; one has some 20 of them. */
const rememberedIndexes = 1000;
/** Manifests that lost their name while this server ran. */
const rememberedFormer = 1000;

/**
 * Which manifests a repository holds. Blobs are shared by the whole library, but a manifest belongs to a repository when
 * one of its names there leads to it, straight or through an index.
 */
export class Contents {
  readonly #library: Library;
  readonly #children = new Map<Digest, readonly Descriptor[]>();
  readonly #former = new Map<string, Descriptor>();

  constructor(library: Library) {
    this.#library = library;
  }

  /** The entries of one repository. */
  async entries({ host, repository }: RepositoryName): Promise<LibraryEntry[]> {
    const all = await this.#library.entries();
    return all.filter(({ reference }) => reference.host === host && reference.repository === repository);
  }

  /** The manifest that a tag or digest stands for in a repository. */
  async find(name: RepositoryName, selector: string, options: CallOptions): Promise<Descriptor | undefined> {
    const entries = await this.entries(name);
    if (!isDigest(selector)) return entries.find(({ reference }) => reference.tag === selector)?.descriptor;
    const named = entries.find(({ descriptor }) => descriptor.digest === selector)?.descriptor;
    return named ?? (await this.within(entries, options)).get(selector) ?? this.#former.get(formerKey(name, selector));
  }

  /** All manifests that the entries lead to, themselves included. */
  async within(entries: readonly LibraryEntry[], options: CallOptions): Promise<Map<Digest, Descriptor>> {
    const found = new Map<Digest, Descriptor>();
    const queue: Descriptor[] = entries.map(({ descriptor }) => descriptor);
    for (let next = queue.pop(); next; next = queue.pop()) {
      if (found.has(next.digest)) continue;
      found.set(next.digest, next);
      if (isIndexType(next.mediaType)) queue.push(...(await this.#childrenOf(next, options)));
    }
    return found;
  }

  /**
   * The bytes of a manifest, verified.
   * @throws ProblemError `image-unknown`, `library-damaged`
   */
  async read(descriptor: Descriptor, options: CallOptions): Promise<Uint8Array> {
    return (await this.#library.resolve(descriptor.digest, options)).bytes;
  }

  /** A client in the middle of a pull goes on by digest when the tag has moved: the manifest stays readable while we run. */
  remember(name: RepositoryName, descriptor: Descriptor): void {
    put(this.#former, formerKey(name, descriptor.digest), descriptor, rememberedFormer);
  }

  /** True when there was something to forget. */
  forget(name: RepositoryName, digest: Digest): boolean {
    return this.#former.delete(formerKey(name, digest));
  }

  /** An index that is not whole, because a child was left behind, leads nowhere from there on. */
  async #childrenOf(index: Descriptor, options: CallOptions): Promise<readonly Descriptor[]> {
    const known = this.#children.get(index.digest);
    if (known) return known;
    if ((await this.#library.stat(index.digest)) === undefined) return [];
    const manifest = parseManifest(await this.read(index, options), index.mediaType, index.digest);
    const children = manifest.kind === 'index' ? manifest.manifests : [];
    put(this.#children, index.digest, children, rememberedIndexes);
    return children;
  }
}

const formerKey = (name: RepositoryName, digest: Digest): string => `${formatRepository(name)}@${digest}`;

/** Sets an entry and drops the oldest beyond the bound. */
function put<K, V>(map: Map<K, V>, key: K, value: V, bound: number): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > bound && oldest !== undefined) map.delete(oldest);
}
