import { hasImage, hasSomeImage } from '../check.js';
import { noSlower, type Work } from '../work.js';
import { overTls } from './disk.js';
import { bareTag, regctl, skopeo } from './words.js';

export const push: Work = {
  name: 'push',
  title: 'library, or OCI layout → registry',
  image: 'files',
  goals: [noSlower],
  arguments: {
    longshore: ({ libraryName, target }) => ['push', libraryName, target, '--quiet'],
    crane: ({ image, target }) => ['push', image.layout, target],
    regctl: (place) => [...regctl(place, place.target), 'copy', `ocidir://${place.image.layout}:${bareTag}`, place.target],
    skopeo: (place) => [...skopeo(place, 'dest'), `oci:${place.image.layout}:${bareTag}`, `docker://${place.target}`],
  },
  writesTo: 'registry',
  needs: ['library'],
  home: ({ filledHome }) => filledHome,
  check: hasImage,
  roundSeconds: 18,
};

export const registryWorks: readonly Work[] = [
  push,
  {
    ...push,
    name: 'load',
    title: 'archive → registry',
    arguments: {
      longshore: ({ archive, target }) => ['load', archive, '--to', target, '--quiet'],
      crane: ({ archive, target }) => ['push', archive, target],
      regctl: (place) => [...regctl(place, place.target), 'import', place.target, place.archive],
      skopeo: (place) => [...skopeo(place, 'dest'), `oci-archive:${place.archive}`, `docker://${place.target}`],
    },
    runs: 3,
    needs: ['archive'],
    home: ({ emptyHome }) => emptyHome,
    roundSeconds: 18,
  },
  {
    ...push,
    name: 'load-docker',
    title: 'docker-archive of uncompressed layers → registry, compressing them',
    image: 'plain',
    goals: [{ ...noSlower, words: 'no slower than skopeo', against: 'skopeo' }, { words: 'twice as fast as crane', against: 'crane', most: 0.5 }],
    arguments: {
      longshore: ({ dockerArchive, target }) => ['load', dockerArchive, '--to', target, '--quiet'],
      crane: ({ dockerArchive, target }) => ['push', dockerArchive, target],
      skopeo: (place) => [...skopeo(place, 'dest'), `docker-archive:${place.dockerArchive}`, `docker://${place.target}`],
    },
    needs: ['dockerArchive'],
    home: ({ emptyHome }) => emptyHome,
    // Each compresses in its own way.
    check: hasSomeImage,
    runs: 3,
    roundSeconds: 70,
  },
  {
    ...push,
    name: 'copy',
    title: 'registry → registry',
    arguments: {
      longshore: ({ source, target }) => ['copy', source, target, '--quiet'],
      crane: ({ source, target }) => ['copy', source, target],
      regctl: (place) => [...regctl(place, place.source, place.target), 'copy', place.source, place.target],
      skopeo: (place) => [...skopeo(place, 'src', 'dest'), `docker://${place.source}`, `docker://${place.target}`],
    },
    needs: [],
    home: ({ emptyHome }) => emptyHome,
  },
  overTls(push),
];
