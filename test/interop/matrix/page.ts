import { readFile } from 'node:fs/promises';
import { runToEnd } from '../../../scripts/local/run-command.js';
import { findTool } from '../find-tool.js';
import { formats, type Keeps, type Kept, type Row } from './row.js';
import { kinds, type Kind } from './samples.js';

/** One test of the matrix that ran. */
export interface Cell {
  readonly row: string;
  /** The format that a tool took, or the title of its export. */
  readonly way: string;
  readonly kind: Kind;
  readonly kept: Kept;
  readonly outcome: 'green' | 'red';
}

const kindTitles: Readonly<Record<Kind, string>> = { image: 'OCI image', docker: 'Docker image', index: 'index', artifact: 'artifact' };

/** The whole of docs/interop.md. */
export async function formatPage(rows: readonly Row[], cells: readonly Cell[]): Promise<string> {
  const mark = (row: Row, way: string, keeps: Keeps | undefined, kind: Kind): string => {
    if (keeps?.[kind] === undefined) return '';
    const cell = cells.find((found) => found.row === row.title && found.way === way && found.kind === kind);
    return cell === undefined ? 'needs Go' : cell.outcome === 'green' ? `✅ ${cell.kept}` : '❌';
  };
  const taking = rows.flatMap((row) =>
    kinds.filter((kind) => row.takes.some(({ keeps }) => kind in keeps)).map((kind, at) => [
      at === 0 ? `**${row.title}**` : '',
      kindTitles[kind],
      ...formats.map((format) => mark(row, format, row.takes.find((way) => way.format === format)?.keeps, kind)),
      at === 0 ? row.nameFrom : '',
    ]));
  const writing = rows.flatMap((row) => row.exports.map(({ title, keeps }) => [`\`${title}\``, ...kinds.map((kind) => mark(row, title, keeps, kind))]));
  const lines = [
    '# Interoperability',
    '',
    'Written by `npm run interop` from what ran; do not edit.',
    '',
    'Green means that the consumer, asked by its own means, names the image and has the source\'s **digest** (that of the manifest or index), or, where a',
    'format or tool does not keep manifests, that of its **config**, or all DiffIDs of its **layers**. That a tool ended with 0 counts for nothing.',
    'An empty cell: the tool or format cannot hold this at all.',
    '',
    `${await systemName()}: ${(await versions(rows)).join('; ')}.`,
    '',
    '## Other tools take our archives',
    '',
    'What `longshore save --format …` wrote of an image of OCI\'s media types, one of Docker\'s, an index (two platforms and an attestation), and a chart.',
    '',
    ...table(['', '', ...formats, 'name from'], taking),
    '',
    ...rows.filter(({ remark }) => remark !== undefined).map(({ title, remark }) => `- **${title}** ${remark}.`),
    '',
    '## We load what other tools write',
    '',
    'Each tool took our archive, wrote one of its own, and `longshore load` read that into an empty library.',
    '',
    ...table(['', ...kinds.map((kind) => kindTitles[kind])], writing),
  ];
  return `${lines.join('\n')}\n`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

async function versions(rows: readonly Row[]): Promise<string[]> {
  const programs = new Map(rows.flatMap(({ programs }) => Object.entries(programs)));
  return Promise.all([...programs].map(async ([name, words]) => {
    const program = findTool(name);
    if (program === undefined) return `${name} is not there`;
    return `${name} ${/v?([0-9]+\.[0-9][^\s,]*)/.exec((await runToEnd(program, words)).stdout)?.[1] ?? 'of unknown version'}`;
  }));
}

async function systemName(): Promise<string> {
  return /^PRETTY_NAME="(.*)"$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'An unknown system';
}
