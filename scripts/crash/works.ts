import { join } from 'node:path';
import { nameAt, type Image } from './image.js';
import type { Resumes } from './in-flight.js';
import { moments, type Moment } from './moment.js';
import { faultsOfArchive, faultsOfLibrary, faultsOfRepository } from './sound.js';

/** Where one series of runs works, until one of them ends by itself. */
export interface Place {
  /** LONGSHORE_HOME. */
  readonly home: string;
  /** Where an archive is written. */
  readonly output: string;
  /** A repository that is new for each series. */
  readonly repository: string;
}

/** What all series share. */
export interface World {
  readonly image: Image;
  /** The registry that has the image, as seen through the relay. */
  readonly source: string;
  /** Another one, which gets it, through the relay and without. */
  readonly target: string;
  readonly targetItself: string;
  /** The image as an archive, and the hash of an archive as a run without a kill writes it. */
  readonly archive: string;
  readonly archiveHex: string;
  /** The profile whose library has the image, under the name that it is pushed from. */
  readonly filledHome: string;
}

export interface Phase {
  readonly name: string;
  readonly moment: Moment;
}

export interface Work {
  readonly name: string;
  readonly phases: readonly Phase[];
  words(place: Place, world: World): readonly string[];
  /** Does it go on with the bytes that an earlier run moved? */
  readonly resumes: Resumes;
  /** What is wrong under a final name after a kill, or, when it is `whole`, after a run that ended well. */
  faults(place: Place, world: World, whole: boolean): Promise<string[]>;
  /** The folder in which the last run must leave what a run without a kill leaves, and no more. */
  readonly cleans: ((place: Place) => string) | undefined;
  readonly home?: (world: World) => string;
}

const libraryOf = ({ home }: Place): string => join(home, 'library');
const archiveOf = ({ output }: Place): string => join(output, 'app.tar');
const phase = (name: string, moment: Moment): Phase => ({ name, moment });
const sourceOf = ({ source }: World): string => nameAt(source);

export const works: readonly Work[] = [
  {
    name: 'pull',
    phases: [phase('plan', moments.plan), phase('body', moments.body), phase('commit', moments.commit), phase('index', moments.index)],
    words: (_place, world) => ['pull', sourceOf(world)],
    resumes: 'parts',
    faults: (place) => faultsOfLibrary(libraryOf(place)),
    cleans: libraryOf,
  },
  {
    name: 'save',
    phases: [phase('plan', moments.plan), phase('body', moments.body), phase('archive tail', moments.archiveTail)],
    words: (place, world) => ['save', sourceOf(world), '-o', archiveOf(place), '--replace'],
    resumes: 'nothing',
    faults: (place, { archiveHex }) => faultsOfArchive(archiveOf(place), archiveHex),
    cleans: undefined,
  },
  {
    name: 'load',
    phases: [phase('plan', moments.lease), phase('body', moments.growing), phase('commit', moments.commit), phase('index', moments.index)],
    words: (_place, { archive }) => ['load', archive],
    resumes: 'nothing',
    faults: (place) => faultsOfLibrary(libraryOf(place)),
    cleans: libraryOf,
  },
  {
    name: 'push',
    phases: [phase('plan', moments.plan), phase('upload PUT', moments.upload), phase('commit', moments.uploadCommit), phase('tag', moments.tag)],
    words: (place, world) => ['push', sourceOf(world), nameAt(world.target, place.repository)],
    resumes: 'blobs',
    faults: (place, { targetItself, image }, whole) => faultsOfRepository(targetItself, place.repository, image, whole),
    cleans: undefined,
    home: ({ filledHome }) => filledHome,
  },
  {
    name: 'copy',
    phases: [phase('plan', moments.plan), phase('body', moments.body), phase('upload PUT', moments.upload), phase('tag', moments.tag)],
    words: (place, world) => ['copy', sourceOf(world), nameAt(world.target, place.repository)],
    resumes: 'blobs',
    faults: (place, { targetItself, image }, whole) => faultsOfRepository(targetItself, place.repository, image, whole),
    cleans: undefined,
  },
];
