import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runCommand, runToEnd } from '../local/run-command.js';

export const toolNames = ['longshore', 'crane', 'regctl', 'skopeo'] as const;
export type ToolName = (typeof toolNames)[number];
export const peers = toolNames.filter((name) => name !== 'longshore');

export interface Tool {
  /** The words that start it. */
  readonly command: readonly string[];
  readonly version: string;
}

interface Known {
  readonly command: readonly string[];
  readonly versionOption: string;
  readonly version: RegExp;
  /** Older releases are slower or lack an option: measuring against them would flatter us. */
  readonly atLeast: string;
}

const known: Readonly<Record<ToolName, Known>> = {
  longshore: { command: [process.execPath, 'dist/longshore.js'], versionOption: '--version', version: /([0-9.]+)/, atLeast: '0' },
  crane: { command: [fromCache('crane')], versionOption: 'version', version: /v?([0-9.]+)/, atLeast: '0.22' },
  regctl: { command: [fromCache('regctl')], versionOption: 'version', version: /VCSTag:\s+v([0-9.]+)/, atLeast: '0.11.7' },
  skopeo: { command: ['skopeo'], versionOption: '--version', version: /version ([0-9.]+)/, atLeast: '1.9' },
};

/** What our command line can do, as its help says. */
export interface Abilities {
  /** `pull` and `save` can leave out the final sync. */
  readonly noSync: boolean;
  /** The format of `save` for a docker-archive of uncompressed layers. */
  readonly plainFormat: string | undefined;
  /** `pull` can plan alone. */
  readonly dryRun: boolean;
}

/**
 * Finds everything that is measured.
 * @throws Error when one is missing or too old: a comparison without its best peer is none
 */
export async function findTools(): Promise<Record<ToolName, Tool>> {
  const found = await Promise.all(toolNames.map(async (name) => [name, await findTool(name)] as const));
  return Object.fromEntries(found) as Record<ToolName, Tool>;
}

export async function findAbilities({ command: [program = '', ...words] }: Tool): Promise<Abilities> {
  const [pull = '', save = ''] = await Promise.all(['pull', 'save'].map((verb) => runCommand(program, [...words, verb, '--help'])));
  return readAbilities(pull, save);
}

/** @param pull what `pull --help` prints @param save what `save --help` prints */
export function readAbilities(pull: string, save: string): Abilities {
  const choices = /--format[^(]*\(choices:([^)]*?)(?:default|\))/s.exec(save)?.[1] ?? '';
  const formats = [...choices.matchAll(/"([^"]+)"/g)].map(([, format]) => format!);
  return {
    noSync: pull.includes('--no-sync') && save.includes('--no-sync'),
    plainFormat: formats.find((format) => /^docker-./.test(format)),
    dryRun: pull.includes('--dry-run'),
  };
}

/** The command line of the packaged application, where it was made. */
export function findPackaged(): string | undefined {
  const file = resolve('release/linux-unpacked/longshore');
  return existsSync(file) ? file : undefined;
}

async function findTool(name: ToolName): Promise<Tool> {
  const { command, versionOption, version, atLeast } = known[name];
  const advice = 'Run node scripts/set-up.mjs --for test; crane and regctl need Go 1.26.';
  const [program = '', ...words] = command;
  const outcome = await runToEnd(program, [...words, versionOption]).catch(() => undefined);
  const said = outcome && version.exec(outcome.stdout)?.[1];
  if (said === undefined) throw new Error(`${name} is missing. ${advice}`);
  if (said.localeCompare(atLeast, 'en', { numeric: true }) < 0) throw new Error(`${name} is ${said}, ${atLeast} is wanted. ${advice}`);
  return { command, version: said };
}

function fromCache(name: string): string {
  const file = resolve('.cache/tools/bin', name);
  return existsSync(file) ? file : name;
}
