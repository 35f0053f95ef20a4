import { holdsBlobs, isArchive, isPlainArchive } from '../check.js';
import { noSlower, packagedGoal, type Place, type Work } from '../work.js';
import { bareTag, ifSyncIsChoice, noSync, regctl, skopeo } from './words.js';

const toLibrary: Work = {
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
  roundSeconds: 9,
};

const pull: Work = { ...toLibrary, name: 'pull', title: 'registry → library, or OCI layout', image: 'files' };

const pullToo: Work = {
  ...pull,
  goals: [noSlower, packagedGoal],
  arguments: { ...pull.arguments, packaged: (place) => [...intoLibrary(place), ...noSync(place)] },
};

const folder: Work = {
  ...pull,
  name: 'folder',
  title: 'registry → OCI folder',
  arguments: { ...pull.arguments, longshore: (place) => [...intoFolder(place), ...noSync(place)], synced: ifSyncIsChoice(intoFolder) },
  home: ({ emptyHome }) => emptyHome,
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
  roundSeconds: 9,
};

const savePlain: Work = {
  ...save,
  name: 'save-docker',
  title: 'registry → docker-archive, unpacking its layers',
  goals: [{ words: 'twice as fast as skopeo', against: 'skopeo', most: 0.5 }],
  arguments: {
    longshore: (place) => plainArchive(place, noSync(place)),
    synced: ifSyncIsChoice((place) => plainArchive(place, [])),
    skopeo: (place) => [...skopeo(place, 'src'), `docker://${place.source}`, `docker-archive:${place.path}:bench/files:1`],
  },
  check: ({ path, image }) => isPlainArchive(path, image),
  roundSeconds: 22,
};

/** With TLS, whose processor time counts most where nothing else slows a transfer. */
export const overTls = (work: Work): Work => ({ ...work, name: `${work.name}-tls`, title: `${work.title}, over TLS`, tls: true });

export const diskWorks: readonly Work[] = [pullToo, folder, save, savePlain, overTls(pull), overTls(save), toLibrary];

function intoLibrary({ source }: Place): string[] {
  return ['pull', source, '--quiet'];
}

function intoFolder({ source, path }: Place): string[] {
  return ['save', source, '--format', 'oci-dir', '-o', path, '--quiet'];
}

function intoArchive({ source, path }: Place): string[] {
  return ['save', source, '-o', path, '--quiet'];
}

function plainArchive({ source, path, abilities }: Place, more: readonly string[]): string[] | undefined {
  return abilities.plainFormat === undefined ? undefined : ['save', source, '--format', abilities.plainFormat, '-o', path, '--quiet', ...more];
}
