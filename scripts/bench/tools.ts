import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runToEnd } from '../local/run-command.js';

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

/**
 * Finds everything that is measured.
 * @throws Error when one is missing or too old: a comparison without its best peer is none
 */
export async function findTools(): Promise<Record<ToolName, Tool>> {
  const found = await Promise.all(toolNames.map(async (name) => [name, await findTool(name)] as const));
  return Object.fromEntries(found) as Record<ToolName, Tool>;
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
