import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFakeRegistry, type FakeRegistry } from '../fake/registry.js';
import { openWindow, type OpenedWindow } from './open-window.js';

let registry: FakeRegistry;
let window: OpenedWindow;

/** A pull that never gets its layer. */
beforeEach(async () => {
  registry = await startFakeRegistry();
  const { layers } = registry.putImage('team/app', '1.0');
  registry.faults.push({ path: layers[0]!.digest, silence: true, times: Infinity });
  window = await openWindow();
  const draft = { host: registry.host, kind: 'anonymous' as const, plainHttp: true, certificates: [], realms: [] };
  const { account } = valueOf(await window.request('accounts.add', { draft, secrets: {} }));
  const plan = valueOf(await window.request('transfer.plan', { kind: 'pull', from: [{ account: account.id, repository: 'team/app', reference: '1.0' }], platform: 'linux/amd64' }));
  valueOf(await window.request('transfer.start', { plan: plan.id }));
  await expect.poll(() => registry.requests.some(({ path }) => path.includes(layers[0]!.digest))).toBe(true);
});

afterEach(async () => {
  await window.close();
  await registry.close();
});

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

it('the taskbar shows how far transfers are, as long as they run', async () => {
  // Xvfb has no taskbar: what the window was told is all that there is.
  const told = await window.app.evaluateHandle(({ BrowserWindow }) => {
    const values: number[] = [];
    const [only] = BrowserWindow.getAllWindows();
    only!.setProgressBar = (value: number) => void values.push(value);
    return values;
  });
  const { transfers } = valueOf(await window.request('app.snapshot', {}));
  await window.request('transfer.cancel', { transfer: transfers[0]!.id });
  await expect.poll(async () => (await told.jsonValue()).at(-1)).toBe(-1);
});
