import type { Random } from './random.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const digest = `sha256:${'a'.repeat(64)}`;
/** Values that somebody who wants to do harm would write. */
const strange: readonly Json[] = [
  null, true, false, 0, -1, 1.5, 2 ** 53, 1e308, -0, '', ' ', '\0', '../../etc/passwd', '/etc/passwd', 'a'.repeat(5000), '\u001b[2J', '\ud800', digest,
  'sha256:', 'sha512:', 'md5:0', '__proto__', 'constructor', [], {}, [[]], [null], ['a', 1], { a: null },
  'application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v1+json', 'manifest.json', 'index.json',
];
const keys = ['mediaType', 'schemaVersion', 'config', 'layers', 'manifests', 'digest', 'size', 'platform', 'os', 'architecture', 'annotations', 'subject', 'urls', 'data', 'rootfs', 'diff_ids', 'history', 'Config', 'Layers', 'RepoTags', 'LayerSources', '__proto__', 'toString', ''];

/** Changes a document at one to four places: values, keys, order, depth. Now and then its text is no JSON any more. */
export function mutateJson(text: string, random: Random): string {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    return text;
  }
  for (let left = 1 + random.below(4); left > 0; left -= 1) document = changed(document, random);
  const changedText = JSON.stringify(document);
  if (random.below(20) > 0) return changedText;
  const at = random.below(changedText.length);
  return changedText.slice(0, at) + random.pick(['', '{', ']', '"', '\\u0000', '\ufeff', ',', '1e999']) + changedText.slice(at + random.below(3));
}

function changed(value: Json, random: Random): Json {
  if (random.below(8) === 0) return random.pick(strange);
  if (Array.isArray(value)) return changedList(value, random);
  if (typeof value === 'object' && value !== null) return changedObject(value, random);
  if (typeof value === 'string' && value !== '' && random.below(3) === 0) return value.slice(0, random.below(value.length)) + random.pick(['', '\0', '/..', 'é', 'F', '\n']) + value.slice(random.below(value.length));
  if (typeof value === 'number' && random.below(2) === 0) return value + random.pick([-1, 1, 512, 2 ** 31, 2 ** 40]);
  return random.pick(strange);
}

function changedList(list: readonly Json[], random: Random): Json {
  if (list.length === 0) return [random.pick(strange)];
  const at = random.below(list.length);
  const each = list[at]!;
  return random.pick<() => Json>([
    () => list.map((entry, index) => (index === at ? changed(entry, random) : entry)),
    () => list.filter((_, index) => index !== at),
    () => [...list, each],
    // Not of what was repeated already: that would fill the memory here, and not there.
    () => Array.from({ length: JSON.stringify(each).length < 1000 ? 1000 : 2 }, () => each),
    () => list.toReversed(),
    () => [[...list]],
  ])();
}

function changedObject(object: Readonly<Record<string, Json>>, random: Random): Json {
  const entries = Object.entries(object);
  if (entries.length === 0 || random.below(8) === 0) return fromEntries([...entries, [random.pick(keys), random.pick(strange)]]);
  const at = random.below(entries.length);
  const [name, value] = entries[at]!;
  return fromEntries(random.pick<() => [string, Json][]>([
    () => entries.map(([key, each], index) => [key, index === at ? changed(each, random) : each]),
    () => entries.map(([key, each], index) => [key, index === at ? changed(each, random) : each]),
    () => entries.filter((_, index) => index !== at),
    () => entries.map(([key, each], index) => [index === at ? random.pick(keys) : key, each]),
    () => entries.map(([key, each], index) => [key, index === at ? { [name]: value } : each]),
  ])());
}

/** `Object.fromEntries` makes `__proto__` a key like any other, and so do we. */
const fromEntries = (entries: readonly [string, Json][]): Json => Object.fromEntries(entries);
