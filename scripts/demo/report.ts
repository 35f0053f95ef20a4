import { basename } from 'node:path';
import { formatBytes } from '../../shared/format.js';
import type { Carried } from './compare.js';
import type { Step } from './guide.js';

export interface Archive {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Report {
  readonly carried: readonly Carried[];
  readonly archive: Archive;
  readonly steps: readonly Step[];
}

/** The report for people: report.md. */
export function formatReport({ archive, carried, steps }: Report): string {
  const file = basename(archive.file);
  const lines = [
    '# What the demo did',
    '',
    `${carried.length} images went from one registry into an archive, out of it into the empty library of another profile, and from there to a second registry: in the window, by its buttons.`,
    '',
    '## Verified',
    '',
    'Each registry was asked directly, without the code that had moved the images.',
    '',
    '| from | to | digest at both |',
    '|---|---|---|',
    ...carried.map(({ source, target, also, sourceDigest }) => `| ${source} | ${target}, ${also} | \`${sourceDigest}\` |`),
    '',
    '## The archive',
    '',
    `\`${file}\`, ${formatBytes(archive.bytes)}, sha256 \`${archive.sha256}\`. Anything loads it: \`docker load -i ${file}\`, \`podman load -i …\`,`,
    '`ctr images import …`, `skopeo copy docker-archive:…`, `longshore load …`.',
    '',
    '## Step by step',
    ...steps.flatMap(({ title, seconds, screenshots }) => ['', `### ${title}`, '', `${seconds.toFixed(1)} s`, ...screenshots.flatMap((name) => ['', `![${title}](${name})`])]),
  ];
  return `${lines.join('\n')}\n`;
}
