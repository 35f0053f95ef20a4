import { describe, expect, it } from 'vitest';
import { confirm } from '../../../main/commands/confirm.js';
import type { Context } from '../../../main/commands/context.js';
import { createOutput } from '../../../main/commands/output.js';
import { ProblemError } from '../../../shared/errors.js';
import { FakeStreams } from '../../fake/streams.js';

function contextOn(streams: FakeStreams, signal = new AbortController().signal): Context {
  return { output: createOutput({}, streams), signal } as Context;
}

async function answer(text: string): Promise<FakeStreams> {
  const streams = new FakeStreams({ columns: 80 });
  streams.stdin.end(text);
  await confirm(contextOn(streams), 'Remove 1 image?', ['registry.example.com/team/app:1.0'], {});
  return streams;
}

describe('on a terminal', () => {
  it.each(['y\n', 'Y\n', 'yes\n', ' yes \n'])('takes %j for yes', async (text) => {
    const streams = await answer(text);
    expect(streams.written).toEqual({ stdout: '', stderr: '  registry.example.com/team/app:1.0\nRemove 1 image? [y/N] ' });
  });

  it.each(['\n', 'n\n', 'no\n', 'yup\n', 'remove\n', ''])('takes %j for no', async (text) => {
    await expect(answer(text)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('asks nothing with --yes', async () => {
    const streams = new FakeStreams({ columns: 80 });
    await confirm(contextOn(streams), 'Remove 1 image?', [], { yes: true });
    expect(streams.written.stderr).toBe('');
  });

  it('shows names with their escapes made visible', async () => {
    const streams = new FakeStreams({ columns: 80 });
    streams.stdin.end('y\n');
    await confirm(contextOn(streams), 'Remove?', ['\u001b[2J'], {});
    expect(streams.written.stderr).toContain('  \\u001b[2J\n');
  });

  it('ends with the reason when the person interrupts', async () => {
    const stop = new AbortController();
    const streams = new FakeStreams({ columns: 80 });
    const asked = confirm(contextOn(streams, stop.signal), 'Remove?', [], {});
    stop.abort(new ProblemError('cancelled', { message: 'Stopped.', next: 'Run it again.' }));
    await expect(asked).rejects.toMatchObject({ message: 'Stopped.' });
    expect(streams.written.stderr).toBe('Remove? [y/N] \n');
  });
});

describe('without a terminal', () => {
  it('refuses, and names what would have gone', async () => {
    const asked = confirm(contextOn(new FakeStreams()), 'Remove 1 image?', ['registry.example.com/team/app:1.0'], {});
    await expect(asked).rejects.toMatchObject({ code: 'confirmation-required', problem: { layer: 'usage', detail: 'registry.example.com/team/app:1.0' } });
  });

  it('goes on with --yes', async () => {
    await expect(confirm(contextOn(new FakeStreams()), 'Remove 1 image?', [], { yes: true })).resolves.toBeUndefined();
  });
});
