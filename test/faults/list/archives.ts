import { notYet, provedIn, type Section } from '../row.js';

const proved = provedIn('test/unit/archive/open-archive.test.ts');
const inTar = provedIn('test/unit/image/tar.test.ts');
const inDocker = provedIn('test/unit/archive/docker-images.test.ts');
const inOci = provedIn('test/unit/archive/oci-images.test.ts');

const entry = (what: string): string => `odd and hostile entries > ${what}`;
const link = (what: string): string => entry(`a link ${what} is refused`);
const unpacked = (by: string): string => `compression > by ${by} is refused with the command that undoes it`;
const damage = (what: string): string => `damage is found > ${what}`;

export const archives: Section = {
  title: 'Archives',
  rows: [
    proved('a path that leaves the archive', 'refused', entry('a name of ../c.json is refused')),
    proved('a path that leaves it on the way', 'refused', entry('a name of a/../../c.json is refused')),
    proved('an absolute path', 'counts from the root of the archive', entry('a name of /c.json is that of c.json')),
    proved('`./` and doubled slashes', 'the plain name', entry('a name of .//c.json is that of c.json')),
    proved('a link out of the archive', 'refused', link('that leaves the archive')),
    proved('a link to /etc', 'looked for in the archive, and missing', link('to the machine\'s own files')),
    proved('a link to itself', 'refused', link('that leads to itself')),
    proved('a circle over a hard link', 'refused', link('that leads back over another')),
    proved('two manifest.json', 'the first counts, with a warning', entry('of two entries of one name the first is used, with a warning')),
    proved('a device', 'refused', entry('a special file of kind 3 is refused')),
    proved('a fifo', 'refused', entry('a special file of kind 6 is refused')),
    inTar('more than a hundred thousand entries', 'refused', 'more entries than any image archive has are refused'),
    inDocker('a manifest.json beyond any real one', 'refused', 'manifest.json is refused > when it is larger than any real one'),
    inDocker('a config beyond any real one', 'refused', 'manifest.json is refused > when a config is larger than any real one'),
    provedIn('test/unit/image/json.test.ts')('JSON of a thousand levels', 'refused before it is parsed', 'nesting is bounded before it can exhaust the stack, and brackets in texts do not count'),
    inDocker('a layer that is missing', 'told', damage('in a layer that is missing')),
    inDocker('fewer layers than DiffIDs', 'refused', 'manifest.json is refused > when it lists fewer layers than the config'),
    inOci('fewer layers than DiffIDs in an OCI manifest', 'refused, or manifest.json is used', 'contents > with fewer layers than the config are refused where there is no manifest.json'),
    inDocker('a layer that is not what its DiffID says', 'refused', damage('in a layer')),
    provedIn('test/unit/faults/manifests.test.ts')('encrypted layers', 'pass through', 'a manifest > of layers that only a key opens is copied as it is'),
    inTar('cut in a header or in content', 'told as cut short', 'a tar that is cut > in a header or in content is called cut short'),
    inTar('cut between two entries', 'read; what is missing is told as cut short', 'a tar that is cut > between two entries is read, and is not closed'),
    inOci('cut before parts of an index', 'refused', 'an index whose parts are not all there > is refused when the archive is cut, whatever is there'),
    proved('cut within gzip', 'refused; nothing stays', 'compression > that is cut is refused, and nothing stays'),
    proved('a wrong trailer or damage within gzip', 'refused; nothing stays', 'compression > that is damaged is refused, and nothing stays'),
    inTar('a wrong checksum of a header', 'refused', 'a header > with a wrong checksum is refused'),
    inTar('an entry of 9 GiB', 'read and written', 'GNU tar > files of 9 GiB are read in both ways that it writes their size'),
    inTar('a pax size beside another in the header', 'the pax size counts', 'extended records > name, link and size go before the header that follows, and only that'),
    provedIn('test/unit/archive/spool.test.ts')('gzip that unpacks to a thousand times its size', 'stopped', 'data that unpacks to 1000 times its size is stopped once it is past any image'),
    proved('gzip of several members', 'read whole', 'compression > by gzip in several members is undone, as pigz and cat make them'),
    proved('zstd, with a frame to be skipped before it or without', 'told as zstd, with the command that unpacks it', unpacked('zstd')),
    proved('xz', 'told as xz, with the command that unpacks it', unpacked('xz')),
    proved('bzip2', 'told as bzip2, with the command that unpacks it', unpacked('bzip2')),
    proved('a tar in gzip in gzip', 'refused', 'compression > twice is refused'),
    proved('an empty file', 'refused', 'what is no image archive is refused > an empty file'),
    proved('a file that is no tar', 'refused', 'what is no image archive is refused > a page'),
    inDocker('an archive as docker 24 writes it', 'loaded', 'layers that are not compressed get an ordinary manifest > of docker before 25, with a layer that is a link'),
    inDocker('an archive as docker 25 writes it', 'loaded', 'the manifests of docker 25 and later are kept'),
    notYet('an archive that docker 29 itself wrote', 'loaded', 'the tests have docker 20.10: its newer formats are imitated'),
    inDocker('an archive as crane writes it, a colon in a name', 'loaded', 'layers that are gzip already are used as they are'),
    notYet('archives that kaniko, buildx and nix themselves wrote', 'loaded', 'none of them is among the tools of the tests'),
  ],
};
