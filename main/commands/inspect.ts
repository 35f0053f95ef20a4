import { ProblemError } from '../../shared/errors.js';
import { count, formatBytes } from '../../shared/format.js';
import { formatPlatform, parsePlatform } from '../../shared/platform.js';
import { formatReference, parseReference, selector } from '../../shared/reference.js';
import { inspectImage, type InspectedImage, type Inspection } from '../browse/inspect-image.js';
import { dockerfile, layersWithInstructions } from '../image/history.js';
import type { Output } from './output.js';
import { table } from './output.js';
import { spoken } from './spoken.js';
import { defineVerb, firstWord } from './verb.js';

interface InspectOptions {
  readonly raw?: boolean;
  readonly config?: boolean;
  readonly history?: boolean;
  readonly layers?: boolean;
  readonly dockerfile?: boolean;
  readonly platform?: string;
}

export const inspect = defineVerb<InspectOptions>({
  name: 'inspect',
  summary: 'Show what is behind a reference',
  parameters: '<reference>',
  options: [
    { flags: '--raw', description: 'the manifest, byte for byte' },
    { flags: '--config', description: 'the configuration, byte for byte' },
    { flags: '--history', description: 'the steps of the build with their times' },
    { flags: '--layers', description: 'the layers with their sizes and the steps that made them' },
    { flags: '--dockerfile', description: 'the history as a Dockerfile' },
    { flags: '--platform <platform>', description: 'which image of an index; without it the one for this machine, or else the first' },
  ],
  example: 'longshore inspect registry.example.com/team/app:1.0 --layers',
  async run(context, words, options) {
    const reference = parseReference(firstWord(words));
    const [store] = await context.repositories([reference]);
    const found = await inspectImage(store!, selector(reference), {
      signal: context.signal,
      referrers: !options.raw,
      ...(options.platform !== undefined && { platform: parsePlatform(options.platform) }),
    });
    if (found.referrersProblem) context.output.notice(`warning: the referrers could not be read: ${found.referrersProblem.message}`);
    show(context.output, formatReference(reference), found, options);
  },
});

/** `--raw` and `--config` print bytes that hash to their digest: nothing may be added, not even a line end. */
function show(output: Output, name: string, found: Inspection, options: InspectOptions): void {
  const { image } = found;
  if (options.raw) output.bytes((options.platform === undefined ? found.root : (image?.stored ?? found.root)).bytes);
  else if (options.config) output.bytes(configOf(name, image).bytes);
  else if (options.history) {
    const { history } = configOf(name, image).parsed;
    output.result({ reference: name, history }, () => table(history.map(({ created, createdBy }) => [created?.slice(0, 16).replace('T', ' ') ?? '', createdBy])));
  } else if (options.dockerfile) {
    const text = dockerfile(configOf(name, image).parsed);
    output.result({ reference: name, dockerfile: text }, () => text.trimEnd().split('\n'));
  } else if (options.layers) {
    const layers = layerRows(image);
    output.result({ reference: name, layers }, () => table(layers.map(({ digest, size, instruction }) => [digest, formatBytes(size), instruction ?? ''])));
  } else output.result(overview(name, found), () => overviewLines(name, found));
}

function configOf(name: string, image: InspectedImage | undefined): NonNullable<InspectedImage['config']> {
  if (image?.config) return image.config;
  throw new ProblemError('not-supported', {
    message: `${name} is no container image and has no image configuration.`,
    next: 'Look at its manifest with --raw.',
  });
}

function layerRows(image: InspectedImage | undefined): { digest: string; size: number; mediaType: string; instruction?: string }[] {
  if (!image) return [];
  const instructions = image.config ? layersWithInstructions(image.config.parsed) : [];
  return image.manifest.layers.map(({ digest, size, mediaType }, at) => {
    const instruction = instructions[at];
    return { digest, size, mediaType, ...(instruction !== undefined && { instruction }) };
  });
}

function overview(name: string, { root, annotations, platforms, image, referrers, referrersProblem }: Inspection): object {
  return {
    reference: name,
    digest: root.descriptor.digest,
    mediaType: root.descriptor.mediaType,
    platforms: platforms.map(({ platform, ...entry }) => ({ platform: formatPlatform(platform), ...entry })),
    ...(image && {
      image: {
        digest: image.stored.descriptor.digest,
        artifactType: image.manifest.artifactType ?? image.manifest.config.mediaType,
        size: image.size,
        config: image.config?.parsed,
        layers: layerRows(image),
      },
    }),
    annotations,
    referrers,
    ...(referrersProblem && { referrersProblem: spoken(referrersProblem) }),
  };
}

function overviewLines(name: string, { root, annotations, platforms, image, referrers }: Inspection): string[] {
  const config = image?.config?.parsed;
  const facts: (readonly [string, string | undefined])[] = [
    ['Reference', name],
    ['Digest', root.descriptor.digest],
    ['Type', image && !config ? (image.manifest.artifactType ?? image.manifest.config.mediaType) : root.descriptor.mediaType],
    ['Created', config?.created],
    ['Platform', config && formatPlatform(config.platform)],
    ['Size', image && `${formatBytes(image.size)} in ${count(image.manifest.layers.length, 'layer')}`],
    ['User', config?.user],
    ['Entrypoint', config && config.entrypoint.join(' ')],
    ['Command', config && config.command.join(' ')],
    ...Object.entries(config?.labels ?? {}).map(([key, value]) => ['Label', `${key}=${value}`] as const),
    ...Object.entries(annotations).map(([key, value]) => ['Annotation', `${key}=${value}`] as const),
    ...platforms.map(({ platform, digest, attestations }) => ['Image for', `${formatPlatform(platform)}  ${digest}${attestations.length > 0 ? `  (${attestations.length} attested)` : ''}`] as const),
    ...referrers.map(({ artifactType, digest }) => ['Referrer', `${artifactType ?? 'unknown type'}  ${digest}`] as const),
  ];
  return table(facts.flatMap(([label, value]) => (value ? [[label, value]] : [])));
}
