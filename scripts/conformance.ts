import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { openLibrary } from '../main/library/library.js';
import { serveLibrary } from '../main/serve/serve.js';
import { writePage, type Column, type SuiteRun } from './conformance/page.js';
import { count } from './conformance/report.js';
import { fingerprint, runSuite } from './conformance/suite.js';
import { startDockerRegistry } from './local/docker-registry.js';
import { runCommand } from './local/run-command.js';

const page = 'docs/conformance.md';

const binaries = (process.env['OCI_CONFORMANCE'] ?? '').split(delimiter).filter(Boolean);
if (binaries.length === 0) {
  console.error(`Set OCI_CONFORMANCE to the binary of the conformance suite, or to several with ${delimiter} between; ${page} says how it is built.`);
  process.exit(2);
}

const runs: SuiteRun[] = [];
for (const binary of binaries) {
  const columns = [await measureOwn(binary), await measureDocker(binary)];
  runs.push({ suite: `${basename(binary)} (${await fingerprint(binary)})`, columns });
  for (const { registry, checks } of columns) console.log(`${basename(binary)}: ${registry}:`, count(checks));
}
await writeFile(page, writePage(runs));

const failed = runs.flatMap(({ suite, columns }) => columns.slice(0, 1).flatMap(({ checks }) => checks.filter(({ result }) => result === 'failed').map(({ group, name }) => `${suite}: ${group}: ${name}`)));
for (const line of failed) console.error(`failed: ${line}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-conformance-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function measureOwn(binary: string): Promise<Column> {
  return withFolder(async (folder) => {
    const registry = await serveLibrary({ library: await openLibrary(folder), port: 0, push: true, signal: new AbortController().signal });
    try {
      return { registry: 'longshore serve', checks: await runSuite(binary, registry.host) };
    } finally {
      await registry.close();
    }
  });
}

function measureDocker(binary: string): Promise<Column> {
  return withFolder(async (folder) => {
    const version = /v?(\d+\.\d+\.\d+)/.exec(await runCommand('docker-registry', ['--version']))?.[1] ?? '';
    const registry = await startDockerRegistry({ folder });
    try {
      return { registry: `docker-registry ${version}`, checks: await runSuite(binary, registry.host) };
    } finally {
      await registry.stop();
    }
  });
}
