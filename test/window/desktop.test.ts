import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, runProgram, type OpenedWindow } from './open-window.js';

let window: OpenedWindow;

beforeAll(async () => {
  window = await openWindow();
});

afterAll(() => window.close());

const theme = (): Promise<string | undefined> => window.page.evaluate(() => document.documentElement.dataset['theme']);

describe('the window', () => {
  it('hears of what changes', async () => {
    const heard = await window.listen();
    expect(await window.request('settings.change', { theme: 'dark' })).toMatchObject({ ok: true, value: { theme: 'dark' } });
    await expect.poll(heard).toContainEqual(expect.objectContaining({ name: 'settings.changed', event: expect.objectContaining({ theme: 'dark' }) }));
    await expect.poll(theme).toBe('dark');
  });

  it('is dark behind its page, too, so that nothing flashes', async () => {
    expect(await window.app.evaluate(({ BrowserWindow, nativeTheme }) => [nativeTheme.themeSource, BrowserWindow.getAllWindows()[0]!.getBackgroundColor()])).toEqual(['dark', '#0D1214']);
  });

  it('shows the same after its page was loaded again, and still hears what happens', async () => {
    await window.page.reload();
    await window.page.getByRole('main').waitFor();
    await expect.poll(theme).toBe('dark');
    await window.request('settings.change', { theme: 'light' });
    await expect.poll(theme).toBe('light');
  });

  it('has a menu whose entries run the actions of the page', async () => {
    await window.app.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('go.settings')!.click());
    await window.page.getByRole('main').getByRole('heading', { name: 'Settings', exact: true }).waitFor();
  });

  it('copies text', async () => {
    await window.request('app.copyText', { text: 'registry.example.com/team/app:1.0' });
    expect(await window.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('registry.example.com/team/app:1.0');
  });

  it('reveals files that are there, and no others', async () => {
    expect(await window.request('app.reveal', { path: join(window.profile, 'gone.tar') })).toMatchObject({ ok: false, problem: { code: 'file-unknown' } });
    expect(await window.request('app.reveal', { path: 'settings.json' })).toMatchObject({ ok: false, problem: { code: 'file-unknown' } });
  });

  it('lets the person choose a file', async () => {
    await window.app.evaluate(({ dialog }) => {
      dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: ['/srv/app.tar'] })) as never;
      dialog.showSaveDialog = (async (_: unknown, { defaultPath }: { defaultPath: string }) => ({ canceled: false, filePath: `/srv/${defaultPath}` })) as never;
    });
    expect(await window.request('app.chooseFile', { purpose: 'archive' })).toEqual({ ok: true, value: '/srv/app.tar' });
    expect(await window.request('app.chooseFile', { purpose: 'save-archive', suggested: 'b.tar' })).toEqual({ ok: true, value: '/srv/b.tar' });
  });

  it('saves a report that tells versions and what was asked', async () => {
    const file = join(window.profile, 'report.txt');
    await window.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as never;
    }, file);
    expect(await window.request('app.exportDiagnostics', {})).toEqual({ ok: true, value: file });
    const report = await readFile(file, 'utf8');
    expect(report).toMatch(/^Longshore \d/);
    expect(report).toMatch(/The last requests of the window:\n(?:\S+ \w+ [\w.]+ \d+ ms.*\n)*\S+ warn app\.reveal \d+ ms file-unknown\n/);
  });

  it('writes down what its page complains of, without what could sign somebody in, and not for ever', async () => {
    await window.page.evaluate(() => {
      setTimeout(() => {
        throw new Error('thrown, token=s3cr3t');
      });
      void Promise.reject(new Error('forgotten'));
      console.error('said');
      console.info('chatted');
    });
    const log = (): Promise<string> => readFile(join(window.profile, 'logs/longshore.log'), 'utf8');
    await expect.poll(log).toContain('error The page: said');
    await expect.poll(log).toContain('error The page: Uncaught Error: thrown, token=[secret]');
    await expect.poll(log).toContain('error The page: Uncaught (in promise) Error: forgotten');
    await window.page.evaluate(() => Array.from({ length: 100 }, (_, at) => console.error(`again ${at}`)));
    await expect.poll(log).toContain('no more until it is loaded again');
    expect(await log()).not.toMatch(/chatted|s3cr3t|again 60/);
  });
});

describe('a second start', () => {
  it('shows the place of a link in the window that is there, and ends', async () => {
    const heard = await window.listen();
    const { code } = await runProgram(window.profile, ['longshore://open?ref=registry.example.com/team/app:1.0'], { DISPLAY: process.env['DISPLAY'] });
    expect(code).toBe(0);
    await expect.poll(heard).toEqual([expect.objectContaining({ name: 'app.navigate', event: { address: 'registry.example.com/team/app:1.0' } })]);
  });

  it('opens an archive there', async () => {
    const archive = join(window.profile, 'app.tar');
    await writeFile(archive, '');
    const heard = await window.listen();
    await runProgram(window.profile, [archive], { DISPLAY: process.env['DISPLAY'] });
    await expect.poll(heard).toContainEqual(expect.objectContaining({ name: 'app.openArchive', event: { path: archive } }));
  });

  it('does nothing for a link that asks for more than a place', async () => {
    const heard = await window.listen();
    await runProgram(window.profile, ['longshore://delete?ref=registry.example.com/team/app:1.0'], { DISPLAY: process.env['DISPLAY'] });
    await runProgram(window.profile, ['longshore://open?ref=registry.example.com/team/other:1.0'], { DISPLAY: process.env['DISPLAY'] });
    await expect.poll(heard).toEqual([expect.objectContaining({ event: { address: 'registry.example.com/team/other:1.0' } })]);
  });
});

it('a page that crashed is loaded again', async () => {
  const opened = await openWindow();
  try {
    await opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer());
    const crashed = (): Promise<boolean> => opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.isCrashed() || BrowserWindow.getAllWindows()[0]!.webContents.isLoading());
    const log = (): Promise<string> => readFile(join(opened.profile, 'logs/longshore.log'), 'utf8');
    await expect.poll(log).toContain("The page's process ended: ");
    await expect.poll(crashed).toBe(false);
    expect(await opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(`document.title`) as Promise<string>)).toBe('Longshore');
  } finally {
    await opened.close();
  }
});

describe('the next start', () => {
  it('finds the window where it was, and the theme before the first paint', async () => {
    const first = await openWindow();
    const profile = first.profile;
    await first.request('settings.change', { theme: 'dark' });
    await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setBounds({ x: 40, y: 60, width: 1000, height: 700 }));
    await first.app.close();
    const second = await openWindow({ profile });
    try {
      expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())).toEqual({ x: 40, y: 60, width: 1000, height: 700 });
      expect(await second.page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    } finally {
      await second.close();
    }
  });
});

describe('the program without a display', () => {
  it.each([
    ['a verb', ['accounts', '--json'], 0],
    ['--version', ['--version'], 0],
    ['a word that nobody knows', ['pul', 'registry.example.com/team/app:1.0'], 2],
    ['a verb that fails', ['pull', 'Not A Reference', '--json'], 2],
  ] as const)('runs %s and ends with its exit code', async (_, words, code) => {
    const ended = await runProgram(window.profile, words);
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).not.toBe('');
  });
});
