import { describe, expect, it } from 'vitest';
import { createOutput } from '../../../main/commands/output.js';
import { ProgressLine, type Reading } from '../../../main/commands/progress-line.js';
import { CopyProgress } from '../../../main/commands/progress.js';
import type { Progress } from '../../../main/transfers/progress.js';
import type { TransferRecord } from '../../../main/transfers/record.js';
import { Transfer } from '../../../main/transfers/transfer.js';
import type { BlobProgress } from '../../../shared/contract/transfers.js';
import { ProblemError } from '../../../shared/errors.js';
import type { Digest } from '../../../shared/digest.js';
import type { PlanSummary } from '../../../shared/transfer.js';
import { FakeClock } from '../../fake/clock.js';
import { FakeStreams } from '../../fake/streams.js';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const plan: PlanSummary = { images: [], blobs: 3, bytes: 3_000_000, presentBlobs: 1, presentBytes: 1_000_000, mountBlobs: 0, mountBytes: 0, manifests: 1, warnings: ['one layer is foreign'] };

const reading: Reading = { total: 2_000_000, moved: 500_000, speed: 100_000, left: 15_000, tail: ', 2 blobs moving' };
const lineOn = (streams: FakeStreams, options = {}, more: Partial<Reading> = {}): ProgressLine => new ProgressLine(createOutput(options, streams), () => ({ ...reading, ...more }));

describe('a line of progress', () => {
  it('is redrawn in place on a terminal, with a bar, shares and bytes', () => {
    const streams = new FakeStreams({ columns: 200 });
    const line = lineOn(streams);
    line.draw();
    line.draw();
    line.stop();
    const drawn = streams.written.stderr.split('\r\u001b[K').slice(1);
    expect(drawn).toHaveLength(3);
    expect(drawn[0]).toMatch(/^█{6}░{18} 25 %  500 kB of 2\.0 MB, 100 kB\/s, 15 s left, 2 blobs moving$/);
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
    expect(drawnAt(75)).toMatch(/^█.* left$/);
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
    const line = lineOn(streams, {}, { moved: 3_000_000 });
    line.draw();
    line.stop();
    expect(streams.written.stderr).toMatch(/^100 %/);
  });
});

describe('the progress of a copy', () => {
  const clock = new FakeClock();
  const blobs: BlobProgress[] = [{ digest, size: 2_000_000, moved: 500_000, state: 'retrying' }];
  const { problem } = new ProblemError('connection-lost', { message: 'The connection broke.', next: 'Wait.' });
  const standing = (progress: Partial<Progress> = {}, record: Partial<TransferRecord> = {}): Pick<Transfer, 'record' | 'progress'> => ({
    record: { ...new Transfer({ kind: 'pull', title: 'app:1' }, { journal: { write: async () => undefined }, clock }).record, status: 'running', ...record },
    progress: { bytes: { total: 3_000_000, present: 1_000_000, moved: 500_000 }, speed: 0, blobs, tagged: [], ...progress },
  });
  const drawn = (transfer: Pick<Transfer, 'record' | 'progress'>): string => {
    const streams = new FakeStreams();
    const progress = new CopyProgress(createOutput({}, streams), transfer);
    progress.draw();
    progress.stop();
    return streams.written.stderr;
  };

  it('tells the plan, its warnings and retries in lines of their own', () => {
    const streams = new FakeStreams();
    const progress = new CopyProgress(createOutput({}, streams), standing());
    progress.onAskAgain(problem, 1_000);
    progress.onEvent({ kind: 'planned', plan });
    progress.onEvent({ kind: 'retry', digest, problem, wait: 2_000 });
    progress.stop();
    expect(streams.written.stderr.split('\n')).toEqual([
      'The connection broke. Trying again in 1.0 s.',
      'warning: one layer is foreign',
      '3 blobs, 3.0 MB, 1.0 MB of it there already',
      'sha256:aaaaaaaaaaaa: The connection broke. Trying again in 2.0 s.',
      '',
    ]);
  });

  it('has the numbers that the window has', () => {
    expect(drawn(standing({ speed: 250_000, left: 6_000 }))).toBe('25 %  500 kB of 2.0 MB, 250 kB/s, 6.0 s left\n');
  });

  it('counts down to the next try where nothing else moves', () => {
    const retry = { problem, until: new Date(Date.now() + 90_500).toISOString() };
    expect(drawn(standing({ retry }))).toMatch(/^25 % .* of 2\.0 MB, trying again in 1 min 3[01] s\n$/);
    expect(drawn(standing({ retry, speed: 250_000, blobs: [...blobs, { digest, size: 10, moved: 5, state: 'moving' }] }))).toContain('250 kB/s');
  });

  it('says that it waits for room, and for how much', () => {
    expect(drawn(standing({}, { status: 'paused', room: { folder: '/data', needed: 1_500_000, free: 200_000 } }))).toContain('waiting for room: 1.5 MB needed, 200 kB free');
  });
});
