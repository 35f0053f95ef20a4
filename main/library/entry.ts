import type { Descriptor } from '../../shared/descriptor.js';
import { isProblem } from '../../shared/errors.js';
import { formatReference, parseReference, type Reference } from '../../shared/reference.js';

/** One named image or artifact of the library. */
export interface LibraryEntry {
  /** Full name: host/repository:tag, or host/repository@digest for untagged. Local images use host `localhost`. */
  readonly name: string;
  readonly reference: Reference;
  readonly descriptor: Descriptor;
  /** From where it came, when it is known: a reference or a file name. */
  readonly source?: string;
  /** ISO time of when the name was set; empty for what another tool put there. */
  readonly at: string;
}

const keys = {
  /** What containerd reads. */
  name: 'io.containerd.image.name',
  /** OCI image-spec, annotations.md. */
  reference: 'org.opencontainers.image.ref.name',
  source: 'dev.longshore.source',
  at: 'dev.longshore.at',
} as const;
const ownKeys: ReadonlySet<string> = new Set(Object.values(keys));

/** The reference an entry is filed under: a tag is a name by itself, so a digest beside it is dropped. */
export function entryReference(text: string): Reference {
  const { host, repository, tag, digest } = parseReference(text);
  return { host, repository, ...(tag !== undefined ? { tag } : digest !== undefined && { digest }) };
}

/** Descriptors of an unchanged index.json are the same objects: to parse a thousand names anew takes 3 ms a request. */
const read = new WeakMap<Descriptor, LibraryEntry>();

/** Reads a descriptor of index.json. What another tool left without a usable name is filed under `localhost/unnamed@digest`. */
export function entryOf(found: Descriptor): LibraryEntry {
  const entry = read.get(found) ?? readEntry(found);
  read.set(found, entry);
  return entry;
}

function readEntry(found: Descriptor): LibraryEntry {
  const annotations = found.annotations ?? {};
  const reference = usableReference(annotations[keys.name] ?? annotations[keys.reference]) ?? { host: 'localhost', repository: 'unnamed', digest: found.digest };
  const source = annotations[keys.source];
  return {
    name: formatReference(reference),
    reference,
    descriptor: withAnnotations(found, Object.fromEntries(Object.entries(annotations).filter(([key]) => !ownKeys.has(key)))),
    at: annotations[keys.at] ?? '',
    ...(source !== undefined && { source }),
  };
}

/** The descriptor that index.json holds for an entry. */
export function describeEntry({ name, descriptor, source, at }: Omit<LibraryEntry, 'reference'>): Descriptor {
  return withAnnotations(descriptor, {
    ...descriptor.annotations,
    [keys.name]: name,
    [keys.reference]: name,
    [keys.at]: at,
    ...(source !== undefined && { [keys.source]: source }),
  });
}

function usableReference(text: string | undefined): Reference | undefined {
  if (text === undefined) return undefined;
  try {
    return entryReference(text);
  } catch (error) {
    if (isProblem(error, 'reference-invalid')) return undefined;
    throw error;
  }
}

function withAnnotations({ annotations: _, ...descriptor }: Descriptor, annotations: Record<string, string>): Descriptor {
  return Object.keys(annotations).length === 0 ? descriptor : { ...descriptor, annotations };
}
