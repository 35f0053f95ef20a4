import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../run.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';

const keytar = 'node_modules/keytar/build/Release/keytar.node';
const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** npm leaves a lock file of what it installed; optional packages may be absent from it. */
function isInstalled() {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const installed = read('node_modules/.package-lock.json');
  return Object.entries(read('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** Node's headers beside its binary, so that keytar is compiled without a download. */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node_api.h')) ? { npm_config_nodedir: prefix } : {};
}

/** `npm ci` when node_modules does not answer to package-lock.json. A keytar that could not be built is tried once for each lock file and Node. */
export async function nodePackages({ say }) {
  const key = hashOf(['package-lock.json'], process.version, JSON.stringify(headers()));
  if (isInstalled() && (existsSync(keytar) || readStamp('packages') === key)) return 'up to date';
  say('npm ci');
  await run('npm', ['ci', '--no-audit', '--no-fund'], {
    env: { ...headers(), npm_config_build_from_source: 'true' },
    next: 'Check the network and `npm config get registry`, then start again.',
  });
  writeStamp('packages', key);
  return existsSync(keytar) ? 'installed' : 'installed, but keytar could not be compiled: passwords will not be kept in a keychain';
}
