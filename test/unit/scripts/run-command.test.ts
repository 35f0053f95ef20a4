import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand, runToEnd } from '../../../scripts/local/run-command.js';

test('a command that fails is told with its exit code and what it printed', async () => {
  await expect(runCommand('sh', ['-c', 'echo why >&2; exit 3'])).rejects.toThrow(/ended with 3:\nwhy/);
});

test('a command gets its input, and may end without reading it', async () => {
  expect(await runCommand('cat', [], { input: 'as given' })).toBe('as given');
  expect(await runToEnd('true', [], { input: 'x'.repeat(1_000_000) })).toMatchObject({ code: 0 });
});

test('aborting lets the command clean up, and fails with the reason once it has ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-run-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await runCommand('mkfifo', ['started'], { folder });
  const stop = new AbortController();
  // A loop, since dash may miss a signal that comes just before `wait`.
  const running = runToEnd('sh', ['-c', `trap 'echo yes > cleaned; exit 0' TERM; echo > started; while :; do sleep 0.05; done`], { folder, signal: stop.signal });
  // Reading a named pipe ends when the other side has written.
  await readFile(join(folder, 'started'));
  stop.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  expect(await readFile(join(folder, 'cleaned'), 'utf8')).toBe('yes\n');
  await expect(runToEnd('true', [], { signal: stop.signal })).rejects.toThrow('enough');
});
