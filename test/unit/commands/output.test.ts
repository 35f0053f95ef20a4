import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError, type Problem } from '../../../shared/errors.js';
import { createOutput, table, type Output } from '../../../main/commands/output.js';
import { FakeStreams } from '../../fake/streams.js';

const problem: Problem = new ProblemError('manifest-unknown', { message: 'registry.example.com/app has no tag 2.0.', next: 'Look at its tags.', detail: 'status 404' }).problem;

beforeEach(() => {
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => vi.unstubAllEnvs());

describe('a result', () => {
  it('is lines on stdout for people', () => {
    const streams = new FakeStreams();
    createOutput({}, streams).result({ value: 1 }, () => ['one', 'two']);
    expect(streams.written).toEqual({ stdout: 'one\ntwo\n', stderr: '' });
  });

  it('is one JSON document on stdout with --json', () => {
    const streams = new FakeStreams();
    createOutput({ json: true }, streams).result({ value: 1 }, () => ['one']);
    expect(JSON.parse(streams.written.stdout)).toEqual({ value: 1 });
  });

  it('goes to stderr when the archive goes to stdout', () => {
    const streams = new FakeStreams();
    createOutput({ output: '-', json: true }, streams).result({ value: 1 }, () => ['one']);
    expect(streams.written.stdout).toBe('');
    expect(JSON.parse(streams.written.stderr)).toEqual({ value: 1 });
  });

  it('is printed with --quiet too', () => {
    const streams = new FakeStreams();
    createOutput({ quiet: true }, streams).result({}, () => ['one']);
    expect(streams.written.stdout).toBe('one\n');
  });

  it('can be bytes that nothing is added to', () => {
    const streams = new FakeStreams();
    createOutput({}, streams).bytes(Buffer.from('{"a":1}'));
    expect(streams.written.stdout).toBe('{"a":1}');
  });
});

describe('a notice', () => {
  it('goes to stderr', () => {
    const streams = new FakeStreams();
    createOutput({}, streams).notice('12 tags');
    expect(streams.written).toEqual({ stdout: '', stderr: '12 tags\n' });
  });

  it('is silent with --quiet', () => {
    const streams = new FakeStreams();
    createOutput({ quiet: true }, streams).notice('12 tags');
    expect(streams.written.stderr).toBe('');
  });
});

describe('a result on its way', () => {
  function broken(code: string): Output {
    const streams = new FakeStreams();
    const output = createOutput({}, streams);
    streams.stdout.emit('error', Object.assign(new Error(code), { code, syscall: 'write' }));
    return output;
  }

  it('that a full disk cannot take is a problem', async () => {
    await expect(broken('ENOSPC').delivered()).rejects.toMatchObject({ code: 'disk-full', message: 'Could not write to standard output: the disk is full.' });
  });

  it('that its reader has seen enough of is none', async () => {
    await expect(broken('EPIPE').delivered()).resolves.toBeUndefined();
  });
});

describe('a problem', () => {
  it('says what happened, what to do, the code and the detail on stderr', () => {
    const streams = new FakeStreams();
    createOutput({}, streams).problem(problem);
    expect(streams.written).toEqual({ stdout: '', stderr: 'error: registry.example.com/app has no tag 2.0.\n  Look at its tags.\n  (manifest-unknown; status 404)\n' });
  });

  it('is printed with --quiet too', () => {
    const streams = new FakeStreams();
    createOutput({ quiet: true }, streams).problem(problem);
    expect(streams.written.stderr).toContain('has no tag 2.0');
  });

  it('is a JSON document on stdout with --json', () => {
    const streams = new FakeStreams();
    createOutput({ json: true }, streams).problem(problem);
    expect(JSON.parse(streams.written.stdout)).toEqual({ problem });
  });

  it('never leaks into an archive on stdout', () => {
    const streams = new FakeStreams();
    createOutput({ json: true, output: '-' }, streams).problem(problem);
    expect(streams.written.stdout).toBe('');
  });

  it('cannot move the cursor with what a registry said', () => {
    const streams = new FakeStreams({ columns: 80 });
    vi.stubEnv('NO_COLOR', '1');
    const evil = '\u001b[2Jgone\u202e\u0007';
    createOutput({}, streams).problem({ ...problem, message: evil, next: evil, detail: `${evil}\n${evil}` });
    expect(streams.written.stderr).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(streams.written.stderr).toContain('\\u001b[2Jgone\\u202e\\u0007');
  });
});

describe('colour', () => {
  const word = (streams: FakeStreams): string => {
    createOutput({}, streams).problem(problem);
    return streams.written.stderr.split(':')[0]!;
  };

  it('is there on a terminal', () => {
    expect(word(new FakeStreams({ columns: 80 }))).toBe('\u001b[31merror\u001b[39m');
  });

  it('is not there in a pipe', () => {
    expect(word(new FakeStreams())).toBe('error');
  });

  it('is not there with NO_COLOR', () => {
    vi.stubEnv('NO_COLOR', '1');
    expect(word(new FakeStreams({ columns: 80 }))).toBe('error');
  });

  it('is not there on a dumb terminal', () => {
    vi.stubEnv('TERM', 'dumb');
    expect(word(new FakeStreams({ columns: 80 }))).toBe('error');
  });
});

describe('an escape that a registry wrote', () => {
  it('is made visible in results and notices, whose lines stay lines', () => {
    const streams = new FakeStreams({ columns: 80 });
    const output = createOutput({}, streams);
    output.result({}, () => ['a\u001b[2Jb', '\tc']);
    output.notice('d\u0007e\n  f');
    expect(streams.written).toEqual({ stdout: 'a\\u001b[2Jb\n\tc\n', stderr: 'd\\u0007e\n  f\n' });
  });
});

describe('live drawing', () => {
  it.each([
    ['on a terminal', {}, { columns: 80 }, true],
    ['not in a pipe', {}, undefined, false],
    ['not with --quiet', { quiet: true }, { columns: 80 }, false],
  ])('is done %s', (_, options, terminal, live) => {
    expect(createOutput(options, new FakeStreams(terminal)).live).toBe(live);
  });
});

describe('a table', () => {
  it('aligns its columns and leaves no spaces at the ends', () => {
    expect(table([['a', 'long cell', 'x'], ['longer', 'b', ''], ['c']])).toEqual(['a       long cell  x', 'longer  b', 'c']);
  });

  it('neutralises escapes in its cells', () => {
    expect(table([['\u001b[31mred', 'x']])).toEqual(['\\u001b[31mred  x']);
  });
});
