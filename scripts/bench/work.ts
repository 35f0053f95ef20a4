import type { BenchImage } from './image.js';
import type { ImageName } from './images.js';
import type { SlowLink } from './slow-link.js';
import { peers, type Abilities } from './tools.js';

/** Where one run works. Everything is new for each run but what it reads from. */
export interface Place {
  readonly image: BenchImage;
  /** The image in the registry that is read from. */
  readonly source: string;
  /** A reference in a registry that was never seen before. */
  readonly target: string;
  /** A path in the file system where nothing is yet. */
  readonly path: string;
  /** An archive of compressed layers that every tool reads, and one of uncompressed ones. */
  readonly archive: string;
  readonly dockerArchive: string;
  /** The profile whose library has the image, and its name there. */
  readonly filledHome: string;
  readonly libraryName: string;
  /** An empty profile. */
  readonly emptyHome: string;
  /** The registries speak TLS, with a certificate of the authority in this PEM file, which everyone is given as SSL_CERT_FILE. */
  readonly authority: string | undefined;
  readonly abilities: Abilities;
}

/** Who is measured: the tools; our command line with the final sync, and saving to a folder; the command line of the packaged application. */
export const contestants = ['longshore', 'synced', 'folder', 'packaged', 'crane', 'regctl', 'skopeo'] as const;
export type Contestant = (typeof contestants)[number];

/** What a comparison is to show: the seconds of one beside those of another. */
export interface Goal {
  readonly words: string;
  /** Longshore when absent. */
  readonly of?: Contestant;
  /** `best` of the peers. */
  readonly against: 'best' | Contestant;
  /** The ratio of their medians. */
  readonly most: number;
}

/** The same work for everyone: the same image, digests kept, nothing recompressed unless the title says so. */
export interface Work {
  readonly name: string;
  readonly title: string;
  readonly image: ImageName;
  readonly goals: readonly Goal[];
  /** Undefined where longshore cannot do it yet. */
  readonly arguments: Readonly<Partial<Record<Contestant, (place: Place) => readonly string[] | undefined>>>;
  readonly writesTo: 'disk' | 'registry';
  readonly needs?: readonly ('library' | 'archive' | 'dockerArchive')[];
  readonly tls?: true;
  /** Between here and the registry that is read from or written to. */
  readonly link?: SlowLink;
  /** What the repository that is written to has already. */
  readonly targetHas?: ImageName;
  /** Blobs that must have been sent; all of the image when absent. */
  readonly sends?: number;
  /** LONGSHORE_HOME. */
  readonly home: (place: Place, contestant: Contestant) => string;
  /** Did it do what was measured? @throws Error */
  readonly check: (place: Place, contestant: Contestant) => Promise<void>;
  /** Where rounds take so long that chance counts little, less often than usual. */
  readonly runs?: number;
  /** Of one round of everyone in the usual size, for the estimate. */
  readonly roundSeconds: number;
}

/** Equal is what nobody could tell apart on another day. */
export const equal = 1.05;
export const noSlower: Goal = { words: 'no slower than the fastest', against: 'best', most: equal };
export const packagedGoal: Goal = { words: 'the packaged application at 60 % of the rate', of: 'packaged', against: 'longshore', most: 1 / 0.6 };

const peerNames: readonly Contestant[] = peers;
export const isPeer = (contestant: Contestant): boolean => peerNames.includes(contestant);

/** Our own rows and those of most works. */
export const usualRuns = 7;

/** @param asked with `--runs` */
export const runsOf = (asked: number | undefined, usual = usualRuns): number => asked ?? usual;
