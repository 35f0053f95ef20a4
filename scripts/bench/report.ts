import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { formatBytes } from '../../shared/format.js';
import type { BenchImage } from './image.js';
import { median, type Measurement } from './measure.js';
import { peers, toolNames, type Tool, type ToolName } from './tools.js';
import type { Work } from './works.js';

export interface Result {
  readonly work: Work;
  readonly runs: Readonly<Record<ToolName, readonly Measurement[]>>;
}

export interface WorksReport {
  readonly results: readonly Result[];
  readonly image: BenchImage;
  readonly tools: Readonly<Record<ToolName, Tool>>;
  readonly runs: number;
  readonly registry: string;
  /** Seconds that `longshore --help` takes. */
  readonly helpSeconds: number;
}

export interface Report {
  readonly sections: readonly string[];
  /** Processes that wanted a core in the minute before, as uptime(1) shows them: above the number of cores, others were at work too. */
  readonly loadBefore: number;
}

type Column = keyof Measurement;

/** Our median beside the best peer's: 1.00 is as good, 2.00 takes twice as much. */
export function ratioOf({ runs }: Result, column: Column): number {
  const of = (name: ToolName): number => median(runs[name].map((run) => run[column]));
  return of('longshore') / Math.min(...peers.map(of));
}

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

/** What is said of the command line beside other tools. */
export function worksSection({ results, image, tools, runs, registry, helpSeconds }: WorksReport): string[] {
  const bytes = image.layers.reduce((sum, { size }) => sum + size, 0);
  return [
    '## The command line',
    '',
    `${image.layers.length} layers of this machine's own files below /usr: ${formatBytes(image.contentBytes)} of content, ${formatBytes(bytes)} as gzip.`,
    `The median of ${runs} runs that took turns, the start of the process included. Everyone does the same work: the same image, nothing`,
    'recompressed, into a place where nothing was. The registry runs on the same machine and takes its share of the processor; what is read lies in',
    'the page cache. What writes to a registry gets an empty one of its own, whose access log must show that every blob was sent. Longshore verifies',
    'and syncs what it writes, and writes a checksum file beside an archive; these count. In brackets the fastest and the slowest run.',
    '',
    `- longshore ${tools.longshore.version} on Node ${process.versions.node}; ${peers.map((name) => `${name} ${tools[name].version}`).join(', ')}; ${registry}`,
    `- \`longshore --help\` takes ${Math.round(helpSeconds * 1000)} ms`,
    '',
    ...section('Seconds', results, 'seconds', 2),
    ...section('Peak memory, MiB', results, 'mebibytes', 0),
    ...section('Processor seconds, all threads', results, 'processorSeconds', 2),
  ];
}

function section(title: string, results: readonly Result[], column: Column, digits: number): string[] {
  const rows = results.map((result) => {
    const cells = toolNames.map((name) => withSpread(result.runs[name].map((run) => run[column]), digits));
    return [`${result.work.name}: ${result.work.title}`, ...cells, ratioOf(result, column).toFixed(2)];
  });
  const header = ['', ...toolNames, 'ratio to the best peer'];
  return [`### ${title}`, '', ...[header, header.map((_, at) => (at === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`), ''];
}

/** `1.26 (1.23–1.29)`. */
function withSpread(values: readonly number[], digits: number): string {
  return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
}

function system(): string {
  return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system';
}
