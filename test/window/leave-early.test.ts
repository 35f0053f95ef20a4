import { once } from 'node:events';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../scripts/local/run-command.js';
import { electronProgram } from '../../scripts/set-up/electron-folder.mjs';
import { builtWindow, newProfile, windowEnvironment } from './open-window.js';

it('a window that is left while it still opens what lies behind it waits for that, and ends in order', async () => {
  const profile = await newProfile();
  const record = join(profile, 'transfers/held.json');
  await mkdir(join(profile, 'transfers'));
  // Whoever reads a pipe waits until somebody writes.
  await runCommand('mkfifo', [record]);
  const app = await _electron.launch({ executablePath: electronProgram(), args: [...builtWindow], env: windowEnvironment(profile) });
  const program = app.process();
  onTestFinished(async () => {
    program.kill('SIGKILL');
    await rm(profile, { recursive: true, force: true });
  });
  const ended = once(program, 'exit');
  const held = await open(record, 'w');
  await app.evaluate(({ app: electron }) => electron.quit());
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  await rm(record);
  await held.close();
  expect(await ended).toEqual([0, null]);
  expect(await readFile(join(profile, 'logs/longshore.log'), 'utf8')).not.toContain(' error ');
});
