import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { count, formatBytes } from '../../shared/format.js';
import type { Result } from './compare.js';
import type { BenchImage } from './image.js';
import { median, type Measurement } from './measure.js';
import type { Outcome, Verdict } from './row.js';
import { peers, type Abilities, type Tool, type ToolName } from './tools.js';
import { ratioOf, type Column } from './verdict.js';
import { contestants, runsOf, type Contestant } from './work.js';

export interface EngineReport {
  readonly outcomes: readonly Outcome[];
  /** The files of this machine, where a row needed them. */
  readonly image: BenchImage | undefined;
  readonly tools: Readonly<Record<ToolName, Tool>>;
  readonly abilities: Abilities;
  /** As asked with `--runs`; each row has its usual number. */
  readonly runs: number | undefined;
  readonly registry: string;
  /** What each slow link was found to be. */
  readonly links: readonly string[];
  /** Seconds that `longshore --help` takes. */
  readonly helpSeconds: number;
}

export interface Report {
  readonly sections: readonly string[];
  /** Processes that wanted a core in the minute before, as uptime(1) shows them: above the number of cores, others were at work too. */
  readonly loadBefore: number;
}

const titles: Readonly<Record<Contestant, string>> = { longshore: 'longshore', synced: 'with its sync', folder: 'to a folder', packaged: 'packaged', crane: 'crane', regctl: 'regctl', skopeo: 'skopeo' };

/** The whole of docs/benchmarks.md. */
export function formatReport({ sections, loadBefore }: Report): string {
  const lines = [
    '# Benchmarks',
    '',
    'Written by `npm run bench` from what it measured; do not edit.',
    '',
    `- ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${formatBytes(totalmem())} of memory, Linux ${release()}, ${system()}`,
    `- load average before the first run: ${loadBefore.toFixed(1)}${loadBefore > cpus().length / 2 ? ' (**the machine was busy with other work**, which slows everyone: look at the spread)' : ''}`,
    '',
    ...sections,
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** What is said of the transfer engine: one table of targets, then the measurements behind it. */
export function engineSection({ outcomes, image, tools, abilities, runs, registry, links, helpSeconds }: EngineReport): string[] {
  const results = outcomes.flatMap(({ result }) => (result && result.runs.longshore ? [result] : []));
  return [
    '## The transfer engine',
    '',
    ...(image ? [describeContent(image)] : []),
    `A ratio is that of the medians of ${count(runsOf(runs), 'run')} that took turns${runs === undefined ? ' (fewer where a round takes long)' : ''}, the start of the process included; up to 1.05 counts as equal. Everyone does`,
    'the same work: the same image, nothing recompressed unless it is said, into a place where nothing was. The registry runs on the same machine and',
    'takes its share of the processor; what is read lies in the page cache. What writes to a registry gets one of its own, whose access log must show',
    'which blobs were sent. Longshore verifies what it writes, and writes a checksum file beside an archive; these count.',
    abilities.noSync ? 'Its final sync, which the others do not make, is left out with `--no-sync`, and shown beside.' : 'Its final sync, which the others do not make, counts too.',
    '',
    `- longshore ${tools.longshore.version} on Node ${process.versions.node}; ${peers.map((name) => `${name} ${tools[name].version}`).join(', ')}; ${registry}`,
    `- \`longshore --help\` takes ${Math.round(helpSeconds * 1000)} ms`,
    ...links.map((link) => `- a slow link: ${link}`),
    '',
    ...table(['work', 'target', 'longshore', 'best peer', 'ratio', 'met'], outcomes.flatMap(({ verdicts }) => verdicts).map(cellsOf)),
    ...(results.length === 0 ? [] : [
      'In brackets the fastest and the slowest run.',
      '',
      ...section('Seconds', results, 'seconds', 2),
      ...section('Peak memory, MiB', results, 'mebibytes', 0),
      ...section('Processor seconds, all threads', results, 'processorSeconds', 2),
    ]),
  ];
}

function describeContent({ layers, contentBytes }: BenchImage): string {
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  return `The image is ${layers.length} layers of this machine's own files below /usr, ${formatBytes(contentBytes)} of content and ${formatBytes(bytes)} as gzip, unless another is named.`;
}

function cellsOf({ work, target, longshore, peer, ratio, met }: Verdict): string[] {
  return [work, target, longshore, peer, ratio, met === undefined ? '–' : met ? 'yes' : '**no**'];
}

function section(title: string, results: readonly Result[], column: Column, digits: number): string[] {
  const columns = contestants.filter((name) => results.some(({ runs }) => runs[name]));
  const rows = results.map((result) => [
    result.work.name,
    String(result.runs.longshore?.length ?? 0),
    ...columns.map((name) => withSpread(result.runs[name] ?? [], column, digits)),
    ratioOf(result, { against: 'best' }, column)?.toFixed(2) ?? '',
  ]);
  return [`### ${title}`, '', ...table(['', 'runs', ...columns.map((name) => titles[name]), 'ratio to the best peer'], rows, '---:')];
}

function table(header: readonly string[], rows: readonly (readonly string[])[], align = '---'): string[] {
  return [header, header.map((_, at) => (at === 0 ? '---' : align)), ...rows].map((cells) => `| ${cells.join(' | ')} |`).concat('');
}

/** `1.26 (1.23–1.29)`. */
function withSpread(runs: readonly Measurement[], column: Column, digits: number): string {
  if (runs.length === 0) return '';
  const values = runs.map((run) => run[column]);
  return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
}

function system(): string {
  return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system';
}
