import { CommanderError, type Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../main/commands/program.js';
import { runCommandLine } from '../../../main/commands/run.js';
import type { Verb, Words } from '../../../main/commands/verb.js';
import { verbs } from '../../../main/commands/verbs.js';
import { isProblem } from '../../../shared/errors.js';
import { FakeStreams } from '../../fake/streams.js';

interface Ran {
  readonly verb: string;
  readonly words: Words;
  readonly options: Record<string, unknown>;
}

/** What the program would run; its own words are kept. */
async function parse(line: readonly string[]): Promise<{ ran: Ran[]; printed: string }> {
  const ran: Ran[] = [];
  let printed = '';
  const write = (text: string): void => void (printed += text);
  const program = buildProgram((verb, words, options) => {
    ran.push({ verb: verb.name, words, options: { ...options } });
    return Promise.resolve();
  });
  const quiet = (command: Command): void => {
    command.configureOutput({ writeOut: write, writeErr: write, getOutHelpWidth: () => 1000 });
    command.commands.forEach(quiet);
  };
  quiet(program);
  await program.parseAsync(['node', 'longshore', ...line]).catch((error: unknown) => {
    if (isProblem(error, 'usage-invalid')) printed += `${error.message} ${error.problem.next}`;
    else if (error instanceof CommanderError) printed += `\nexit ${error.exitCode}`;
    else throw error;
  });
  return { ran, printed };
}

/** As a shell splits it, up to where its own signs begin. */
function wordsOf(example: string): string[] {
  const [line = ''] = example.split(/ [<>|] /);
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}

const all = (list: readonly Verb[], before: readonly string[] = []): { path: string; words: readonly string[]; verb: Verb }[] =>
  list.flatMap((verb) => {
    const words = [...before, verb.name];
    return [{ path: words.join(' '), words, verb }, ...all(verb.verbs ?? [], words)];
  });

describe.each(all(verbs))('longshore $path', ({ path, words, verb }) => {
  it('has a summary of one line', () => {
    expect(verb.summary).toMatch(/^[A-Z][^\n]{8,98}[^.\n]$/);
  });

  it('has an example that the program itself understands', async () => {
    const [program, ...line] = wordsOf(verb.example);
    expect(program).toBe('longshore');
    expect(line.join(' ')).toMatch(new RegExp(`^${path}\\b`));
    const { ran, printed } = await parse(line);
    expect(printed).toBe('');
    expect(ran).toHaveLength(1);
  });

  it('shows summary, options and example in its help', async () => {
    const { ran, printed } = await parse([...words, '--help']);
    expect(ran).toEqual([]);
    expect(printed).toContain(verb.summary);
    expect(printed).toContain(`\nExample:\n  ${verb.example}\n`);
    for (const { flags, description } of verb.options ?? []) {
      expect(printed).toContain(flags);
      expect(printed).toContain(description);
    }
    expect(printed).toMatch(/\nexit 0$/);
  });

  it('refuses an option it does not know', async () => {
    const { ran, printed } = await parse([...wordsOf(verb.example).slice(1), '--colour']);
    // The example of a verb that only has verbs below it is one of those.
    const place = verb.run ? path : `${path} bash`;
    expect(ran).toEqual([]);
    expect(printed).toBe(`Unknown option '--colour'. \`longshore ${place} --help\` shows what can stand here, with an example.`);
  });
});

describe('the program', () => {
  it('lists the verbs in the order of a day of work', async () => {
    const { printed } = await parse(['--help']);
    const listed = [...printed.matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name]) => name).filter((name) => name !== 'longshore' && name !== 'help');
    expect(listed).toEqual(['login', 'logout', 'accounts', 'repos', 'tags', 'inspect', 'pull', 'save', 'load', 'push', 'copy', 'transfers', 'library', 'serve', 'doctor', 'completion']);
  });

  it.each([
    [['pull', 'example.com/a', '--colour']],
    [['pul', 'example.com/a']],
    [['pull']],
    [['save', 'example.com/a']],
    [['save', 'example.com/a', '-o', 'x', '--format', 'zip']],
    [['library', 'burn']],
    [['tags', 'example.com/a', 'example.com/b']],
  ])('ends with exit code 2 for %j', async (line) => {
    expect(await runQuietly(line)).toBe(2);
  });

  it('shows its help to whoever asks for nothing, and calls that a mistake', async () => {
    expect((await parse([])).printed).toMatch(/^Usage: longshore[^]*\nexit 1$/);
    expect(await runQuietly([])).toBe(2);
  });

  it('reports a mistake as any other problem, as JSON too', async () => {
    const streams = new FakeStreams();
    expect(await runCommandLine(['node', 'longshore', 'pull', '--json'], streams)).toBe(2);
    expect(JSON.parse(streams.written.stdout)).toEqual({
      problem: { code: 'usage-invalid', layer: 'usage', message: "Missing required argument 'reference'.", next: '`longshore pull --help` shows what can stand here, with an example.', retryable: false },
    });
    expect(streams.written.stderr).toMatch(/^error: Missing required argument 'reference'\.\n/);
  });

  it('says where options stand to whoever puts one before the verb', async () => {
    expect((await parse(['--json', 'accounts'])).printed).toBe("Unknown option '--json'. Options stand behind the verb; `longshore --help` lists the verbs.");
  });

  it('names the word that is no verb of the library', async () => {
    const { ran, printed } = await parse(['library', 'burn']);
    expect(ran).toEqual([]);
    expect(printed).toMatch(/^Unknown command 'burn'\. `longshore library --help`/);
  });

  it.each([[['--help']], [['--version']], [['pull', '--help']], [['help', 'pull']]])('ends with exit code 0 for %j', async (line) => {
    expect(await runQuietly(line)).toBe(0);
  });

  it('guesses which verb was meant', async () => {
    expect((await parse(['pul', 'example.com/a'])).printed).toContain('Did you mean pull?');
  });

  it('gives repeated arguments and options in order', async () => {
    const { ran } = await parse(['pull', 'a.example/x', 'b.example/y', '--account', 'one', '--account', 'two', '--platform', 'linux/arm64']);
    expect(ran).toEqual([{ verb: 'pull', words: { single: [], many: ['a.example/x', 'b.example/y'] }, options: { account: ['one', 'two'], platform: ['linux/arm64'], sync: true } }]);
  });

  it.each([[['library', 'prune', '--json', '--dry-run']], [['library', '--json', 'prune', '--dry-run']]])('takes common options before and after a lower verb: %j', async (line) => {
    expect((await parse(line)).ran).toEqual([{ verb: 'prune', words: { single: [], many: [] }, options: { json: true, dryRun: true } }]);
  });

  it('takes - as a file', async () => {
    expect((await parse(['load', '-'])).ran[0]?.words.single).toEqual(['-']);
    expect((await parse(['save', 'example.com/a', '-o', '-'])).ran[0]?.options['output']).toBe('-');
  });
});

/** Commander prints help and mistakes by itself, to the process: not into the report of the tests. */
async function runQuietly(line: readonly string[]): Promise<number> {
  const { write: out } = process.stdout;
  const { write: err } = process.stderr;
  process.stdout.write = process.stderr.write = () => true;
  try {
    return await runCommandLine(['node', 'longshore', ...line]);
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
  }
}
