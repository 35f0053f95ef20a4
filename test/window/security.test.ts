import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../../renderer/bridge.js';
import { contentPolicy } from '../../main/desktop/content-policy.js';
import { openWindow, type OpenedWindow } from './open-window.js';

let window: OpenedWindow;

beforeAll(async () => {
  window = await openWindow();
});

afterAll(() => window.close());

declare const longshore: Api;

describe('the page', () => {
  it('has three functions of ours, and nothing of Node or Electron', async () => {
    expect(await window.page.evaluate(() => Object.keys(longshore).sort())).toEqual(['listen', 'pathOfFile', 'request']);
    expect(await window.page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in globalThis))).toEqual([]);
  });

  it('is isolated, sandboxed and without Node', async () => {
    const preferences = await window.app.evaluate(({ BrowserWindow }) => {
      const [only] = BrowserWindow.getAllWindows();
      return (only!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInSubFrames: false,
      webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false,
    });
    expect(preferences['enableBlinkFeatures'] ?? '').toBe('');
    expect(await window.app.evaluate(({ session }) => session.defaultSession.isSpellCheckerEnabled())).toBe(false);
  });

  it('is served from the program alone, under its policy', async () => {
    const { policy, missing } = await window.app.evaluate(async ({ session }) => {
      const page = await session.defaultSession.fetch('app://longshore/');
      const outside = await session.defaultSession.fetch('app://longshore/..%2fpreload.cjs');
      return { policy: page.headers.get('content-security-policy'), missing: outside.status };
    });
    expect(policy).toBe(contentPolicy);
    expect(policy).toContain("connect-src 'none'");
    expect(missing).toBe(404);
    expect(window.page.url()).toBe('app://longshore/');
  });

  it('breaks its own policy nowhere while it starts', () => {
    expect(window.complaints).toEqual([]);
  });
});

describe('a page gone wrong', () => {
  it('reaches no network, neither by a request nor by an image', async () => {
    expect(await window.page.evaluate(() => fetch('https://registry.example.com/').then(() => 'reached', () => 'refused'))).toBe('refused');
    expect(await window.page.evaluate(() => new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('reached');
      image.onerror = () => resolve('refused');
      image.src = 'https://registry.example.com/a.png';
    }))).toBe('refused');
  });

  it('cannot reach it through the main process’s session either', async () => {
    expect(await window.app.evaluate(({ session }) => session.defaultSession.fetch('http://127.0.0.1:9/').then(() => 'reached', (error: Error) => error.message))).toContain('ERR_BLOCKED_BY_CLIENT');
  });

  it('cannot turn text into markup', async () => {
    expect(await window.page.evaluate(() => {
      try {
        document.createElement('div').innerHTML = '<img src=x onerror=alert(1)>';
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    })).toBe('TypeError');
  });

  it('is denied every permission', async () => {
    expect(await window.page.evaluate(() => Promise.all(
      (['camera', 'geolocation', 'notifications', 'clipboard-read'] as unknown as PermissionName[]).map(async (name) => (await navigator.permissions.query({ name })).state),
    ))).toEqual(['denied', 'denied', 'denied', 'denied']);
    expect(await window.page.evaluate(() => new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(() => resolve('given'), ({ code }) => resolve(code));
    }))).toBe(1);
  });

  it('stays where it is, and opens no other', async () => {
    const seen = await window.app.evaluateHandle(({ BrowserWindow }) => {
      const prevented: boolean[] = [];
      BrowserWindow.getAllWindows()[0]!.webContents.on('will-frame-navigate', (event) => prevented.push(event.defaultPrevented));
      return prevented;
    });
    await window.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'https://registry.example.com/';
      document.body.append(link);
      link.click();
    });
    await expect.poll(() => seen.jsonValue()).toEqual([true]);
    await window.page.evaluate(() => location.assign('https://registry.example.com/'));
    await expect.poll(() => seen.jsonValue()).toEqual([true, true]);
    expect(await window.page.evaluate(() => open('https://registry.example.com/') === null)).toBe(true);
    expect(await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()))).toEqual(['app://longshore/']);
  });

  it('gets no webview', async () => {
    expect(await window.page.evaluate(() => {
      const view = document.createElement('webview');
      view.setAttribute('src', 'https://registry.example.com/');
      document.body.append(view);
      return view.constructor.name;
    })).toBe('HTMLElement');
    expect(await window.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
  });

  it('is stopped wherever Electron asks before it goes on: a redirect, a webview, a download', async () => {
    expect(await window.app.evaluate(({ BrowserWindow, session }) => {
      const isStopped = (emitter: { emit(name: string, event: unknown): boolean }, name: string): boolean => {
        let stopped = false;
        emitter.emit(name, { preventDefault: () => (stopped = true) });
        return stopped;
      };
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      return [isStopped(webContents, 'will-redirect'), isStopped(webContents, 'will-attach-webview'), isStopped(session.defaultSession, 'will-download')];
    })).toEqual([true, true, true]);
  });
});

describe('the gate', () => {
  it('refuses what is not in the contract, in the page already', async () => {
    for (const name of ['app.unknown', 'toString', '__proto__', '']) {
      expect(await window.page.evaluate((asked) => longshore.request(asked as never, {} as never).then(() => 'answered', (error: Error) => error.message), name)).toBe('There is no such request.');
    }
  });

  it('refuses input that does not fit its schema', async () => {
    const reply = await window.page.evaluate(() => longshore.request('view.rows', { id: 'a', from: 0, count: 100_000 }));
    expect(reply).toMatchObject({ ok: false, problem: { code: 'usage-invalid', message: 'view.rows was refused: count: too_big.' } });
  });

  it('hears no other window, even one that shows our page with our preload script', async () => {
    const heard = await window.app.evaluate(async ({ BrowserWindow, app }) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload: `${app.getAppPath()}/dist/preload.cjs`, sandbox: true } });
      try {
        await other.loadURL('app://longshore/');
        return await (other.webContents.executeJavaScript(`longshore.request('app.snapshot', {}).then(() => 'answered', (error) => error.message)`) as Promise<string>);
      } finally {
        other.destroy();
      }
    });
    expect(heard).toContain('This page may not ask.');
  });

  it('hears no frame inside the window', async () => {
    const heard = await window.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const [only] = BrowserWindow.getAllWindows();
      const { mainFrame } = only!.webContents;
      // What Electron would hand over for a message of an inner frame.
      const inner = { url: mainFrame.url, parent: mainFrame };
      const handler = (ipcMain as unknown as { _invokeHandlers: Map<string, (event: unknown, ...given: unknown[]) => Promise<unknown>> })._invokeHandlers.get('longshore.request')!;
      try {
        return await handler({ sender: only!.webContents, senderFrame: inner }, 'app.snapshot', {});
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(heard).toContain('This page may not ask.');
  });
});
