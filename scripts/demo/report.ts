import { basename } from 'node:path';
import { formatBytes } from '../../shared/format.js';
import type { Step } from './narrator.js';
import type { Outcome } from './story.js';

export interface Report extends Outcome {
  readonly steps: readonly Step[];
}

/** The report for people: report.md. */
export function formatReport({ archive, carried, steps }: Report): string {
  const lines = [
    '# What the demo did',
    '',
    `Three images went from one registry into an archive, out of it into another library, and from there to a second registry.`,
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
    `\`${basename(archive.file)}\`, ${formatBytes(archive.bytes)}, sha256 \`${archive.sha256}\`. Anything loads it: \`docker load -i ${basename(archive.file)}\`, \`podman load -i …\`,`,
    '`ctr images import …`, `skopeo copy docker-archive:…`, `longshore load …`.',
    '',
    '## Step by step',
    ...steps.flatMap(({ title, command, output, seconds }) => ['', `### ${title}`, '', '```', `$ ${command}`, ...(output === '' ? [] : [output]), '```', '', `${seconds.toFixed(1)} s`]),
  ];
  return `${lines.join('\n')}\n`;
}
