import { describe, expect, it } from 'vitest';
import type { RequestName } from '../../../shared/contract/contract.js';
import { ProblemError } from '../../../shared/errors.js';
import type { Handlers } from '../../../main/application/handlers.js';
import { createGate, type Gate } from '../../../main/desktop/gate.js';
import type { Level } from '../../../main/desktop/log.js';

const { signal } = new AbortController();

interface Opened {
  readonly gate: Gate;
  readonly calls: unknown[];
  readonly written: string[];
}

function open(handlers: Partial<Record<RequestName, (input: never) => unknown>> = {}): Opened {
  const calls: unknown[] = [];
  const written: string[] = [];
  const listed = Object.entries(handlers).map(([name, handler]) => [name, async (input: never) => {
    calls.push(input);
    return handler(input);
  }]);
  const log = { write: (level: Level, text: string) => void written.push(`${level} ${text.replace(/\d+ ms/, '_ ms')}`), read: () => '' };
  return { gate: createGate(Promise.resolve(Object.fromEntries(listed) as Handlers), log), calls, written };
}

describe('the gate', () => {
  it('hands a request that fits its schema to its handler, and the answer back', async () => {
    const { gate, calls, written } = open({ 'view.close': () => undefined, 'library.serve': ({ push }: { push: boolean }) => ({ push }) });
    expect(await gate('library.serve', { on: true, push: true }, { signal })).toEqual({ ok: true, value: { push: true } });
    expect(calls).toEqual([{ on: true, push: true }]);
    expect(written).toEqual(['info library.serve _ ms']);
  });

  it.each([
    ['a field that is missing', {}],
    ['a field of another type', { id: 7 }],
    ['a field too much', { id: 'a', also: 'b' }],
    ['nothing', undefined],
    ['a text', 'a'],
  ])('refuses %s before any handler sees it', async (_, input) => {
    const { gate, calls } = open({ 'view.close': () => undefined });
    expect(await gate('view.close', input, { signal })).toMatchObject({ ok: false, problem: { code: 'usage-invalid' } });
    expect(calls).toEqual([]);
  });

  it.each(['view.unknown', 'toString', '__proto__', 'constructor', '', 7, undefined, { name: 'view.close' }])('refuses the request %j', async (name) => {
    const { gate } = open();
    expect(await gate(name, {}, { signal })).toMatchObject({ ok: false, problem: { code: 'usage-invalid' } });
  });

  it('answers with the problem that a handler threw, whole', async () => {
    const problem = new ProblemError('tag-exists', { message: 'The tag 1.0 exists.', next: 'Choose another.', detail: 'sha256:…' });
    const { gate, written } = open({ 'app.snapshot': () => Promise.reject(problem) });
    expect(await gate('app.snapshot', {}, { signal })).toEqual({ ok: false, problem: problem.problem });
    expect(written).toEqual(['warn app.snapshot _ ms tag-exists']);
  });

  it('answers with an internal problem where something else was thrown, and writes it down', async () => {
    const { gate, written } = open({ 'app.snapshot': () => Promise.reject(new TypeError('odd')) });
    expect(await gate('app.snapshot', {}, { signal })).toMatchObject({ ok: false, problem: { code: 'internal' } });
    expect(written[0]).toMatch(/^error app\.snapshot _ ms internal TypeError: odd/);
  });

  it('says that it was stopped when the page has gone', async () => {
    const page = new AbortController();
    const { gate } = open({ 'app.snapshot': () => {
      page.abort();
      throw new Error('aborted');
    } });
    expect(await gate('app.snapshot', {}, { signal: page.signal })).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
  });

  it('tells neither its log nor the page what a refused request held', async () => {
    const { gate, written } = open();
    const reply = await gate('accounts.add', { draft: { host: 'registry.example.com' }, secrets: { secret: 'hunter2!', extra: 'hunter3!', proxyPassword: 42 } }, { signal });
    expect(JSON.stringify([reply, written])).not.toMatch(/hunter/);
    expect(written).toEqual(['warn accounts.add _ ms usage-invalid']);
  });
});
