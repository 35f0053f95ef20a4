import type { CrashReport } from './crash.js';
import { works } from './works.js';

const introduction = `# Killed at any moment

\`npm run crash\` runs the built command line against two docker-registries and kills it, as \`kill -9\` does, at moments that
are drawn from what it has moved and written, never from a clock: a relay before the registries counts the bytes of every
request, and the kernel tells of every file. After each kill all that stands under a final name is read and hashed by code
that is none of Longshore's; then the same command runs again, and is killed again, until it is let to its end. Shares are of
the bytes that were missing, or of the steps that a phase has.
`;

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const row = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;

/** The text of docs/crash.md. */
export function writePage({ kills, series, imageBytes }: CrashReport, seed: number): string {
  const faults = series.flatMap(({ work, faults: found }) => found.map((fault) => `${work}: ${fault}`));
  return [
    introduction,
    `${kills.length} kills of an image of ${mebibytes(imageBytes)}, seed ${seed}: ${faults.length === 0 ? 'nothing wrong was found.' : `**${faults.length} faults**`}`,
    ...faults.map((fault) => `- ${fault}`),
    '\n## Where it was killed\n',
    row(['Command', 'Phase', 'Kills', 'At shares of the phase, in %']),
    row(['---', '---', '---:', '---']),
    ...works.flatMap(({ name, phases }) => phases.map((phase) => {
      const shares = kills.filter((kill) => kill.work === name && kill.phase === phase.name).map(({ share }) => Math.round(share * 100));
      return row([name, phase.name, shares.length, shares.sort((a, b) => a - b).join(' ')]);
    })),
    '\n## What it cost\n',
    'Moved are the bytes of blobs that went through the relay in all runs of a series, the last one included. Explained are the',
    'image, once, and for each kill the parts that were in flight, or the blobs that were being sent.\n',
    row(['Command', 'Kills', 'Series', 'Moved a series, at the most', 'Explained in that series', 'Files left beside an archive']),
    row(['---', '---:', '---:', '---:', '---:', '---:']),
    ...works.map(({ name }) => {
      const own = series.filter(({ work }) => work === name);
      const most = own.toSorted((a, b) => b.moved - a.moved)[0];
      const explained = most?.allowed === undefined ? 'each run begins anew' : mebibytes(most.allowed);
      return row([name, own.reduce((sum, { kills: count }) => sum + count, 0), own.length, mebibytes(most?.moved ?? 0), explained, own.reduce((sum, { leftBeside }) => sum + leftBeside, 0)]);
    }),
    '',
  ].join('\n');
}
