// `npm run package [-- dir|tar.gz|deb …]`: what people install, in release/. On Linux all but AppImage, whose tools are downloaded.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronFolder, pinnedElectronFolder } from './set-up/electron-folder.mjs';
import { drawIcons } from './package/icons.mjs';
import { run, StepError } from './run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const defaults = { linux: ['dir', 'tar.gz', 'deb'], darwin: ['dmg', 'zip'], win32: ['nsis'] };
const platforms = { linux: '--linux', darwin: '--mac', win32: '--win' };
const targets = process.argv.length > 2 ? process.argv.slice(2) : defaults[process.platform];

const pinned = /\d+/.exec(JSON.parse(readFileSync('package.json', 'utf8')).devDependencies.electron)[0];
const folder = pinnedElectronFolder() ?? electronFolder;
const version = readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
const major = version.split('.')[0];
/** A package on another Electron than the pinned one says so, and is not for release. */
const edition = major === pinned ? '' : `-electron${major}`;

try {
  await drawIcons('assets/mark.svg', '.cache/icons');
  const checkIntegrity = process.platform !== 'linux';
  await run(process.execPath, [
    'node_modules/electron-builder/cli.js', platforms[process.platform], ...targets, '--publish', 'never',
    `-c.electronDist=${folder}`, `-c.electronVersion=${version}`, `-c.electronFuses.enableEmbeddedAsarIntegrityValidation=${checkIntegrity}`,
  ], {
    next: 'Mend what it names, then start again.',
    env: {
      LONGSHORE_EDITION: edition,
      ELECTRON_BUILDER_COMPRESSION_LEVEL: '5',
      CUSTOM_FPM_PATH: resolve('scripts/package/fpm.mjs'),
      ...(existsSync('/usr/bin/7za') && { ELECTRON_BUILDER_7ZIP_PATH: '/usr/bin/7za' }),
    },
  });
  console.log(`release/ has ${targets.join(', ')} on Electron ${version}${edition === '' ? '' : ': not for release'}`);
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`\nNo package was made.\n${error.message}\n${error.next}`);
  process.exitCode = 1;
}
