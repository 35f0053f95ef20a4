import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { run, StepError } from '../run.mjs';
import { readStamp, writeStamp } from './stamp.mjs';

/** Tools that Debian has not; `go` is the oldest release that compiles them. */
const tools = [
  { name: 'crane', module: 'github.com/google/go-containerregistry/cmd/crane', version: 'v0.22.1', go: '1.25' },
  { name: 'regctl', module: 'github.com/regclient/regclient/cmd/regctl', version: 'v0.11.7', go: '1.26' },
  { name: 'helm', module: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0', go: '1.26' },
];
const folder = '.cache/tools/bin';
const candidates = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];

function findGo() {
  for (const command of candidates) {
    const version = /go(\d+)\.(\d+)/.exec(spawnSync(command, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout ?? '');
    if (version) return { command, major: Number(version[1]), minor: Number(version[2]) };
  }
  return undefined;
}

function compiles(go, wanted) {
  const [major, minor] = wanted.split('.').map(Number);
  return go !== undefined && (go.major > major || (go.major === major && go.minor >= minor));
}

/** Compiles the tools for the tests where there is Go; their columns of docs/interop.md stay red elsewhere. */
export async function goTools({ purpose, say }) {
  if (purpose !== 'test') return undefined;
  const missing = tools.filter(({ name, version }) => !existsSync(`${folder}/${name}`) || readStamp(name) !== version);
  if (missing.length === 0) return `all ${tools.length} are there`;
  const go = findGo();
  const lacking = [];
  for (const { name, module, version, go: wanted } of missing) {
    if (!compiles(go, wanted)) {
      lacking.push(`${name} needs Go ${wanted}, ${go ? `here is ${go.major}.${go.minor}` : 'which is not installed'}`);
      continue;
    }
    say(`compiling ${name} ${version}`);
    try {
      await run(go.command, ['install', `${module}@${version}`], { env: { GOBIN: resolve(folder), GOTOOLCHAIN: 'local', GOFLAGS: '' }, next: '' });
      writeStamp(name, version);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      lacking.push(`${name} could not be compiled: ${error.message}`);
    }
  }
  return lacking.length === 0 ? `compiled ${missing.length}` : lacking.join('; ');
}
