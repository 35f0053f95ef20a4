import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GeneratedImage } from '../local/generating-registry.js';
import { measure, type Measurement } from './measure.js';
import type { Bench } from './row.js';
import { startGeneratingRegistry, type StartedServer } from './start-process.js';

export interface Scratch {
  readonly folder: string;
  /** An empty profile. */
  readonly home: string;
}

/** Works in a folder that is gone afterwards. */
export async function inScratch<T>({ folder }: Bench, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  try {
    return await work({ folder: scratch, home: join(scratch, 'home') });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Works with a registry that makes what it serves; each manifest was asked for once, so that all digests are known. */
export async function withGenerated<T>(images: readonly GeneratedImage[], bench: Bench, work: (registry: StartedServer) => Promise<T>): Promise<T> {
  return inScratch(bench, async ({ folder }) => {
    const registry = await startGeneratingRegistry(images, folder);
    try {
      for (const { repository } of images) await askManifest(registry.host, repository);
      return await work(registry);
    } finally {
      await registry.stop();
    }
  });
}

/** @throws Error when it is not there */
export async function askManifest(host: string, repository: string, reference = '0'): Promise<void> {
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`);
  if (!answer.ok) throw new Error(`${host}/${repository}:${reference} is not in the registry: ${answer.status}.`);
  await answer.arrayBuffer();
}

/** Runs our command line once. */
export function measureOurs({ tools, signal }: Bench, words: readonly string[], { folder, home }: Scratch): Promise<Measurement> {
  return measure([...tools.longshore.command, ...words], { env: { ...process.env, LONGSHORE_HOME: home }, resultFile: join(folder, 'time'), signal });
}

/** What the command line may take at its most. */
export const mostMebibytes = 160;
