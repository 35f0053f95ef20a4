import { provedIn, type Section } from '../row.js';

const proved = provedIn('test/unit/faults/manifests.test.ts');
const inManifest = provedIn('test/unit/image/manifest.test.ts');
const inJson = provedIn('test/unit/image/json.test.ts');

const digest = (text: string): string => `a manifest > with the digest ${text} is refused before a path or an address is made of it`;
const name = (what: string): string => `a name > with ${what} is refused before anything is asked`;
const child = (what: string): string => `an index > whose child has ${what} than the index says is refused`;
const noPath = 'refused before a path or an address is made of it';

export const manifests: Section = {
  title: 'Manifests and names',
  rows: [
    proved('a manifest of 100 MB', 'cut off at the limit', 'a manifest > of a hundred megabytes is cut off at the limit'),
    proved('an index of a thousand levels', 'refused after the eighth', 'an index > of a thousand levels is refused after the eighth'),
    proved('an index of a million children', 'refused before one is read', 'an index > of a million children is refused before one is read'),
    proved('the same child ten thousand times', 'read once', 'an index > that lists one child ten thousand times has it read once'),
    proved('a child of another media type', 'refused', child('another media type')),
    proved('a child of another size', 'refused', child('another size')),
    inManifest('a mediaType that contradicts Content-Type', 'refused', 'a manifest is refused > whose type contradicts the server'),
    inManifest('`manifests` and `layers` at once (CVE-2021-41190)', 'refused', 'a manifest is refused > that is index and image at once (CVE-2021-41190)'),
    proved('a key that stands twice', 'the last counts, as everywhere; the bytes stay', 'a manifest > with a key that stands twice means the last, as Go reads it, and keeps its bytes'),
    inJson('a byte order mark', 'refused', 'a byte order mark is refused'),
    inJson('text that is not UTF-8', 'refused', 'text that is not UTF-8 is refused'),
    inJson('`__proto__`', 'a key like others', 'a key called __proto__ changes no prototype'),
    inManifest('a number beyond 2^53', 'refused', 'a manifest is refused > with a size of 9007199254740992'),
    inManifest('a negative size', 'refused', 'a manifest is refused > with a size of -1'),
    proved('a digest with a path', noPath, digest(`sha256:../../../${'a'.repeat(55)}`)),
    proved('a digest in upper case', noPath, digest(`sha256:${'A'.repeat(64)}`)),
    proved('a digest by md5', noPath, digest(`md5:${'a'.repeat(32)}`)),
    proved('a digest of a wrong length', noPath, digest(`sha256:${'a'.repeat(63)}`)),
    proved('a digest by sha512', 'verified and kept under it', 'a manifest > with a sha512 of its layer is kept under it'),
    proved('no layers', 'copied whole', 'a manifest > without layers is copied whole'),
    proved('a config that is a layer, too', 'moved once', 'a manifest > whose config is one of its layers has it moved once'),
    inManifest('schema 1', 'refused with a way out', 'a manifest is refused > in schema 1, told by version, with a way out'),
    proved('an artifact with an empty config', 'copied like any other', 'a manifest > of an artifact with an empty config is copied to a registry and back'),
    provedIn('test/unit/copy/plan-copy.test.ts')('layers that only their maker hands out, offline', 'left out and said so', 'limits of a plan > leaves foreign layers out and says so'),
    proved('`data` that is not what the digest says', 'not used: the digest leads', 'a manifest > whose descriptor carries other data than its digest is read from where the digest leads'),
    provedIn('test/unit/shared/format.test.ts')('texts with escapes of a terminal', 'made visible', 'printable > makes what could drive a terminal visible'),
    provedIn('test/window/security.test.ts')('texts with HTML', 'shown as text', 'a page gone wrong > cannot turn text into markup'),
    proved('`..` in a repository', 'refused', name('two dots')),
    proved('`..` as a tag', 'refused', name('two dots as a tag')),
    proved('`%2f` in a name', 'refused', name('an escaped slash')),
    proved('a line break in a name', 'refused', name('a line break')),
    proved('a name of 10 kB', 'refused', name('ten thousand characters')),
    proved('letters beyond ASCII in a name', 'refused', name('letters beyond ASCII')),
    proved('`nul:`', 'refused', name('a device of Windows with its colon')),
    proved('`con`', 'a name like others, of which no file is made', 'a name > that is the device con of Windows names no file'),
  ],
};
