import { holdsBlobs, isArchive, isPlainArchive } from '../check.js';
import { noSlower, packagedGoal, type Place, type Work } from '../work.js';
import { bareTag, ifSyncIsChoice, noSync, regctl, skopeo } from './words.js';

/** Peers know no library: they make an OCI layout. */
export const pullRandom: Work = {
  name: 'pull-random',
  title: 'registry → library, or OCI layout, of random bytes',
  image: 'random',
  goals: [noSlower],
  arguments: {
    longshore: (place) => [...intoLibrary(place), ...noSync(place)],
    synced: ifSyncIsChoice(intoLibrary),
    crane: ({ source, path }) => ['pull', '--format=oci', source, path],
    regctl: (place) => [...regctl(place, place.source), 'copy', place.source, `ocidir://${place.path}:${bareTag}`],
    skopeo: (place) => [...skopeo(place, 'src'), `docker://${place.source}`, `oci:${place.path}:${bareTag}`],
  },
  writesTo: 'disk',
  home: ({ path }) => path,
  check: ({ path, image }) => holdsBlobs(path, image),
  roundSeconds: 15,
};

const pull: Work = { ...pullRandom, name: 'pull', title: 'registry → library, or OCI layout', image: 'files' };

/** For peers a library and a folder are the same: they are measured once for both. */
const pullToo: Work = {
  ...pull,
  goals: [noSlower, { ...noSlower, words: 'into an OCI folder no slower than the fastest', of: 'folder' }, packagedGoal],
  arguments: {
    ...pull.arguments,
    folder: (place) => ['save', place.source, '--format', 'oci-dir', '-o', place.path, '--quiet', ...noSync(place)],
    packaged: (place) => [...intoLibrary(place), ...noSync(place)],
  },
  home: ({ path, emptyHome }, contestant) => (contestant === 'folder' ? emptyHome : path),
  roundSeconds: 24,
};

const save: Work = {
  name: 'save',
  title: 'registry → archive that loads everywhere',
  image: 'files',
  goals: [{ ...noSlower, words: 'no slower than regctl', against: 'regctl' }],
  arguments: {
    longshore: (place) => [...intoArchive(place), ...noSync(place)],
    synced: ifSyncIsChoice(intoArchive),
    crane: ({ source, path }) => ['pull', source, path],
    regctl: (place) => [...regctl(place, place.source), 'export', place.source, place.path],
    skopeo: (place) => [...skopeo(place, 'src'), `docker://${place.source}`, `oci-archive:${place.path}:${bareTag}`],
  },
  writesTo: 'disk',
  home: ({ emptyHome }) => emptyHome,
  check: ({ path, image }) => isArchive(path, image),
  roundSeconds: 17,
};

const savePlain: Work = {
  ...save,
  name: 'save-docker',
  title: 'registry → docker-archive, unpacking its layers',
  image: 'plain',
  goals: [{ words: 'twice as fast as skopeo', against: 'skopeo', most: 0.5 }],
  arguments: {
    longshore: (place) => plainArchive(place, noSync(place)),
    synced: ifSyncIsChoice((place) => plainArchive(place, [])),
    skopeo: (place) => [...skopeo(place, 'src'), `docker://${place.source}`, `docker-archive:${place.path}:bench/plain:1`],
  },
  check: ({ path, image }) => isPlainArchive(path, image),
  roundSeconds: 15,
};

/** With TLS, whose processor time counts most where nothing else slows a transfer. */
export const overTls = (work: Work): Work => ({ ...work, name: `${work.name}-tls`, title: `${work.title}, over TLS`, tls: true });

export const diskWorks: readonly Work[] = [pullToo, save, savePlain, overTls(pull), overTls(save), { ...pullRandom, runs: 3 }];

function intoLibrary({ source }: Place): string[] {
  return ['pull', source, '--quiet'];
}

function intoArchive({ source, path }: Place): string[] {
  return ['save', source, '-o', path, '--quiet'];
}

function plainArchive({ source, path, abilities }: Place, more: readonly string[]): string[] | undefined {
  return abilities.plainFormat === undefined ? undefined : ['save', source, '--format', abilities.plainFormat, '-o', path, '--quiet', ...more];
}
