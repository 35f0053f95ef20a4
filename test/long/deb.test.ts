import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDisplay, type Display } from '../../scripts/local/display.js';
import { runCommand, runToEnd } from '../../scripts/local/run-command.js';
import { openPackagedWindow, ownFolder, rendererOf, runAsUser, type PackagedWindow } from '../window/packaged.js';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('\nOnly root can install a package: nothing of the Debian package is tested.\n');

const entry = '/usr/share/applications/longshore-window.desktop';
const sizes = [16, 24, 32, 48, 64, 128, 256, 512];
const openers = '/usr/share/applications/mimeinfo.cache';

const isInstalled = async (): Promise<boolean> => (await runToEnd('dpkg-query', ['--show', '--showformat=${db:Status-Status}', 'longshore'])).stdout === 'installed';

describe.runIf(isRoot)('the Debian package, installed', () => {
  let folder: string;
  let made: readonly string[];
  let paths: readonly string[];
  let wasThere = true;

  beforeAll(async () => {
    wasThere = await isInstalled();
    if (wasThere) throw new Error('Longshore is installed on this machine: remove it first, the test would replace it.');
    await rm('release', { recursive: true, force: true });
    await runCommand(process.execPath, ['scripts/package.mjs']);
    made = await readdir('release');
    await runCommand('dpkg', ['--install', join('release', made.find((name) => name.endsWith('.deb'))!)]);
    paths = (await runCommand('dpkg', ['--listfiles', 'longshore'])).split('\n').filter((path) => path.includes('ongshore'));
    folder = await mkdtemp(join(tmpdir(), 'longshore-deb-'));
    await chmod(folder, 0o755);
  }, 600_000);

  afterAll(async () => {
    if (!wasThere && await isInstalled()) await runCommand('dpkg', ['--purge', 'longshore']);
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('was made beside a folder and a tar.gz, each named for its Electron', () => {
    expect(made).toContain('linux-unpacked');
    const archives = made.filter((name) => name.startsWith('longshore-')).map((name) => name.replace(/^longshore-[\d.]+?(?:-electron\d+)?-linux-/, '')).sort();
    expect(archives).toEqual(['amd64.deb', 'x64.tar.gz']);
  });

  it('puts the command line on the path of an ordinary user', async () => {
    const profile = await ownFolder(join(folder, 'command-line'));
    expect(await runAsUser('longshore', ['accounts', '--json'], { profile })).toEqual({ code: 0, stdout: '{\n  "accounts": []\n}\n', stderr: '' });
    expect(await runAsUser('longshore', ['pul'], { profile })).toMatchObject({ code: 2, stdout: '' });
  });

  describe('opened as the menu opens it', () => {
    let display: Display;
    let opened: PackagedWindow;
    let profile: string;

    beforeAll(async () => {
      const [, program] = /^Exec=(\S+) %U$/m.exec(await readFile(entry, 'utf8'))!;
      profile = await ownFolder(join(folder, 'window'));
      display = await openDisplay();
      opened = await openPackagedWindow(program!, { profile, env: { DISPLAY: display.name } });
    }, 120_000);

    afterAll(async () => {
      await opened?.quit();
      await display?.close();
    });

    it('shows its page to an ordinary user, in the sandbox', async () => {
      expect(await opened.page.getByRole('navigation', { name: 'Places' }).isVisible()).toBe(true);
      const { words, status } = await rendererOf(opened);
      expect(words).not.toContain('--no-sandbox');
      expect(status).toMatch(/^Seccomp:\s2$/m);
    });

    it('is found by the command without words, which opens no second one', async () => {
      expect(await runAsUser('longshore', [], { profile, env: { DISPLAY: display.name } })).toMatchObject({ code: 0 });
    });
  });

  it('stands in the menu, with an icon in every size', async () => {
    expect(await runToEnd('desktop-file-validate', [entry])).toEqual({ code: 0, stdout: '', stderr: '' });
    const [, icon] = /^Icon=(\S+)$/m.exec(await readFile(entry, 'utf8'))!;
    expect(sizes.filter((size) => !existsSync(`/usr/share/icons/hicolor/${size}x${size}/apps/${icon}.png`))).toEqual([]);
  });

  it('is an opener of archives among others, and the one of its links', async () => {
    const known = await readFile(openers, 'utf8');
    expect(known).toMatch(/^application\/x-tar=.*longshore-window\.desktop;/m);
    expect(known).toMatch(/^x-scheme-handler\/longshore=longshore-window\.desktop;$/m);
  });

  it('leaves nothing behind when it is removed', async () => {
    expect(paths).toContain('/opt/Longshore/longshore-window');
    await runCommand('dpkg', ['--purge', 'longshore']);
    expect([...paths, '/usr/bin/longshore-window', '/etc/alternatives/longshore-window', '/etc/apparmor.d/longshore-window'].filter((path) => existsSync(path))).toEqual([]);
    expect(await readFile(openers, 'utf8')).not.toContain('longshore');
  });
});
