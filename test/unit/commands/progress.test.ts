import { describe, expect, it } from 'vitest';
import { createOutput } from '../../../main/commands/output.js';
import { ProgressLine } from '../../../main/commands/progress-line.js';
import { CopyProgress } from '../../../main/commands/progress.js';
import { ProblemError } from '../../../shared/errors.js';
import type { Digest } from '../../../shared/digest.js';
import type { PlanSummary } from '../../../shared/transfer.js';
import { FakeStreams } from '../../fake/streams.js';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const plan: PlanSummary = { images: [], blobs: 3, bytes: 3_000_000, presentBlobs: 1, presentBytes: 1_000_000, mountBlobs: 0, mountBytes: 0, manifests: 1, warnings: ['one layer is foreign'] };

function lineOn(streams: FakeStreams, options = {}): ProgressLine {
  const line = new ProgressLine(createOutput(options, streams), () => ', 2 blobs moving');
  line.total = 2_000_000;
  line.moved = 500_000;
  return line;
}

describe('a line of progress', () => {
  it('is redrawn in place on a terminal, with a bar, shares and bytes', () => {
    const streams = new FakeStreams({ columns: 200 });
    const line = lineOn(streams);
    line.draw();
    line.draw();
    line.stop();
    const drawn = streams.written.stderr.split('\r\u001b[K').slice(1);
    expect(drawn).toHaveLength(3);
    expect(drawn[0]).toMatch(/^█{6}░{18} 25 %  500 kB of 2\.0 MB, .*\/s, .* left, 2 blobs moving$/);
    expect(drawn[2]).toBe('');
    expect(streams.written.stderr).not.toContain('\n');
  });

  it('never wraps on a narrow terminal', () => {
    const streams = new FakeStreams({ columns: 30 });
    const line = lineOn(streams);
    line.draw();
    line.stop();
    expect(streams.written.stderr.split('\r\u001b[K')[1]).toHaveLength(29);
  });

  it('leaves out what else is said, then the bar, before the numbers', () => {
    const drawnAt = (columns: number): string | undefined => {
      const streams = new FakeStreams({ columns });
      const line = lineOn(streams);
      line.draw();
      line.stop();
      return streams.written.stderr.split('\r\u001b[K')[1];
    };
    expect(drawnAt(85)).toMatch(/^█.* left$/);
    expect(drawnAt(60)).toMatch(/^25 %  500 kB of 2\.0 MB, .* left$/);
    expect(drawnAt(0)?.length).toBeGreaterThan(40);
  });

  it('is a plain line elsewhere, without any escape', () => {
    const streams = new FakeStreams();
    const line = lineOn(streams);
    line.draw();
    line.stop();
    expect(streams.written.stderr).toMatch(/^25 %  500 kB of 2\.0 MB, .*\n$/);
    expect(streams.written.stderr).not.toContain('\u001b');
  });

  it('stays silent with --quiet', () => {
    const streams = new FakeStreams({ columns: 80 });
    const line = lineOn(streams, { quiet: true });
    line.draw();
    line.stop();
    expect(streams.written.stderr).toBe('');
  });

  it('never says more than 100 %', () => {
    const streams = new FakeStreams();
    const line = lineOn(streams);
    line.moved = 3_000_000;
    line.draw();
    line.stop();
    expect(streams.written.stderr).toMatch(/^100 %/);
  });
});

describe('the progress of a copy', () => {
  it('tells the plan, its warnings and retries in lines of their own', () => {
    const streams = new FakeStreams();
    const progress = new CopyProgress(createOutput({}, streams));
    progress.onEvent({ kind: 'planned', plan });
    const { problem } = new ProblemError('connection-lost', { message: 'The connection broke.', next: 'Wait.' });
    progress.onEvent({ kind: 'retry', digest, problem, wait: 2_000 });
    progress.stop();
    expect(streams.written.stderr.split('\n')).toEqual([
      'warning: one layer is foreign',
      '3 blobs, 3.0 MB, 1.0 MB of it there already',
      'sha256:aaaaaaaaaaaa: The connection broke. Trying again in 2.0 s.',
      '',
    ]);
  });

  it('counts bytes that were moved, and takes back those of a retry', () => {
    const progress = new CopyProgress(createOutput({}, new FakeStreams()));
    for (const count of [700, -200, 500]) progress.onEvent({ kind: 'bytes', digest, count });
    progress.stop();
    expect(progress.moved).toBe(1000);
  });
});
