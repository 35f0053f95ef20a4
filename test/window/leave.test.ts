import { afterEach, beforeEach, expect, it } from 'vitest';
import { words } from '../../renderer/words/en.js';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { openWindow, type OpenedWindow } from './open-window.js';

let registry: FakeRegistry;
let window: OpenedWindow;
let account: string;

/** A pull that never gets its layer. */
beforeEach(async () => {
  registry = await startFakeRegistry();
  const { layers } = registry.putImage('team/app', '1.0');
  registry.faults.push({ path: layers[0]!.digest, silence: true, times: Infinity });
  window = await openWindow();
  const draft = { host: registry.host, kind: 'anonymous' as const, plainHttp: true, certificates: [], realms: [] };
  account = valueOf(await window.request('accounts.add', { draft, secrets: {} })).account.id;
  await startPull('team/app');
  await expect.poll(() => registry.requests.some(({ path }) => path.includes(layers[0]!.digest))).toBe(true);
});

afterEach(async () => {
  await window.close();
  await registry.close();
});

async function startPull(repository: string): Promise<void> {
  const plan = valueOf(await window.request('transfer.plan', { kind: 'pull', from: [{ account, repository, reference: '1.0' }], platform: 'linux/amd64' }));
  valueOf(await window.request('transfer.start', { plan: plan.id }));
}

function valueOf<Value>(reply: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: { readonly message: string } }): Value {
  if (reply.ok) return reply.value;
  throw new Error(reply.problem.message);
}

/** Answers the question instead of a person. */
async function answerWith(button: string): Promise<() => Promise<readonly string[]>> {
  const asked = await window.app.evaluateHandle(({ dialog }, wanted) => {
    const questions: string[] = [];
    dialog.showMessageBox = (async (_: unknown, { message, buttons }: { message: string; buttons: string[] }) => {
      questions.push(message);
      return { response: buttons.indexOf(wanted), checkboxChecked: false };
    }) as never;
    return questions;
  }, button);
  return () => asked.jsonValue();
}

const tryToQuit = (): Promise<void> => window.app.evaluate(({ app }) => app.quit());

it('a window that is left while a transfer runs asks, and stays when told to', async () => {
  const asked = await answerWith('Keep running');
  await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await tryToQuit();
  await expect.poll(asked).toContain('A transfer is still running.');
  expect(valueOf(await window.request('app.snapshot', {})).transfers.map(({ status }) => status)).toEqual(['running']);
  await answerWith('Quit and stop');
});

it('a window that may go ends the transfer and then itself', async () => {
  await answerWith('Quit and stop');
  const closed = window.app.waitForEvent('close');
  await tryToQuit().catch(() => undefined);
  await closed;
  expect(registry.sockets.size).toBe(0);
});

it('a window that is told to end by a signal asks nobody', async () => {
  await answerWith('Keep running');
  const closed = window.app.waitForEvent('close');
  window.app.process().kill('SIGTERM');
  await closed;
});

it('the taskbar shows how far transfers are, and the machine stays awake, as long as they run', async () => {
  // Xvfb has no taskbar: what the window was told is all that there is.
  const told = await window.app.evaluateHandle(({ BrowserWindow }) => {
    const values: number[] = [];
    const [only] = BrowserWindow.getAllWindows();
    only!.setProgressBar = (value: number) => void values.push(value);
    return values;
  });
  const isAwake = (): Promise<boolean> => window.app.evaluate(({ powerSaveBlocker }) => [0, 1, 2].some((id) => powerSaveBlocker.isStarted(id)));
  await expect.poll(async () => (await told.jsonValue()).at(-1)).toBeGreaterThan(0);
  expect((await told.jsonValue()).at(-1)).toBeLessThan(1);
  expect(await isAwake()).toBe(true);
  const { transfers } = valueOf(await window.request('app.snapshot', {}));
  await window.request('transfer.cancel', { transfer: transfers[0]!.id });
  await expect.poll(async () => (await told.jsonValue()).at(-1)).toBe(-1);
  expect(await isAwake()).toBe(false);
});

/** The registry answers everything from now on; what waits for an answer is asked again. */
function mendRegistry(): void {
  registry.faults.length = 0;
  for (const socket of registry.sockets) socket.destroy();
}

/** Nobody waits for the ten seconds that a transfer must take to be worth a notice. */
const passSeconds = (seconds: number): Promise<void> => window.app.evaluate((_, wait) => {
  const now = Date.now;
  Date.now = () => now() + wait * 1000;
}, seconds);

const statuses = async (): Promise<readonly string[]> => valueOf(await window.request('app.snapshot', {})).transfers.map(({ status }) => status);

it('a notice tells of a long transfer that ended while the person was elsewhere, and leads to it; it tells nobody who looks', async () => {
  const shown = await window.app.evaluateHandle(({ Notification }) => {
    const notices: Electron.Notification[] = [];
    // There is no notice board under Xvfb.
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      notices.push(this);
    };
    return notices;
  });
  const texts = (): Promise<unknown> => shown.evaluate((notices) => notices.map(({ title, body }) => ({ title, body })));
  const isFocused = (): Promise<boolean> => window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isFocused());
  await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.blur());
  await expect.poll(isFocused).toBe(false);
  await passSeconds(11);
  mendRegistry();
  await expect.poll(texts, { timeout: 10_000 }).toEqual([{ title: 'Done', body: 'team/app:1.0' }]);

  await shown.evaluate(([notice]) => notice!.emit('click'));
  await window.page.getByRole('main', { name: words.pages.transfers }).waitFor();
  await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.focus());
  await expect.poll(isFocused).toBe(true);
  const { layers } = registry.putImage('team/web', '1.0');
  registry.faults.push({ path: layers[0]!.digest, silence: true, times: Infinity });
  await startPull('team/web');
  await expect.poll(statuses).toEqual(['running', 'done']);
  await passSeconds(11);
  mendRegistry();
  await expect.poll(statuses, { timeout: 10_000 }).toEqual(['done', 'done']);
  expect(await texts()).toHaveLength(1);
});
