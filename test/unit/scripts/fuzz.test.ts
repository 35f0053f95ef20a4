import { describe, expect, it } from 'vitest';
import { mutateArchive } from '../../../scripts/fuzz/mutate-archive.js';
import { mutateJson } from '../../../scripts/fuzz/mutate-json.js';
import { randomOf } from '../../../scripts/fuzz/random.js';
import { startReader } from '../../../scripts/fuzz/reader.js';
import { archives, configs, manifests } from '../../../scripts/fuzz/samples.js';
import { targets, type TargetName } from '../../../scripts/fuzz/targets.js';
import { tryCase } from '../../../scripts/fuzz/try-case.js';
import { ProblemError } from '../../../shared/errors.js';

describe('what is fed with damaged input', () => {
  it.each(Object.keys(targets) as TargetName[])('reads every sample of %s that is whole', async (name) => {
    const whole = { archive: archives, 'archive in gzip': archives, manifest: manifests.map(({ text }) => Buffer.from(text)), config: configs.map((text) => Buffer.from(text)) }[name];
    for (const bytes of whole) await targets[name].read(bytes);
    expect(whole.length).toBeGreaterThan(0);
  });

  it.each(Object.keys(targets) as TargetName[])('reads or refuses in words a hundred damaged samples of %s', async (name) => {
    const random = randomOf(1);
    for (let at = 0; at < 100; at += 1) expect(await tryCase(targets[name], targets[name].make(random))).toBeUndefined();
  });
});

describe('damage', () => {
  it('is the same for the same seed, and as a rule another for another', () => {
    const made = (seed: number): string => Object.values(targets).map((target) => target.make(randomOf(seed)).toString('base64')).join();
    expect(made(5)).toBe(made(5));
    expect(made(5)).not.toBe(made(6));
  });

  it('leaves samples of archives whole enough that their images are looked at', async () => {
    const random = randomOf(3);
    let read = 0;
    for (let at = 0; at < 60; at += 1) {
      await Promise.resolve(targets.archive.read(mutateArchive(random.pick(archives), random, random.pick(archives)))).then(() => (read += 1), () => {});
    }
    expect(read).toBeGreaterThan(5);
    expect(read).toBeLessThan(60);
  });

  it('changes documents and keeps most of them documents', () => {
    const random = randomOf(3);
    const changed = Array.from({ length: 200 }, () => mutateJson(configs[0] ?? '', random));
    const isJson = (text: string): boolean => {
      try {
        return JSON.parse(text) !== undefined;
      } catch {
        return false;
      }
    };
    expect(new Set(changed).size).toBeGreaterThan(150);
    expect(changed.filter(isJson).length).toBeGreaterThan(170);
  });
});

describe('a crash', () => {
  it('is anything but a problem, and a problem that calls itself internal', async () => {
    const throwing = (error: unknown) => ({ read: () => Promise.reject(error) });
    expect(await tryCase(throwing(new ProblemError('archive-invalid', { message: 'No.', next: 'Again.' })), Buffer.alloc(0))).toBeUndefined();
    expect(await tryCase(throwing(new TypeError('undefined is not a function')), Buffer.alloc(0))).toContain('undefined is not a function');
    expect(await tryCase(throwing(new ProblemError('internal', { message: 'No.', next: 'Again.' })), Buffer.alloc(0))).toContain('No.');
  });

  const thread = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ bytes }) => { const what = String.fromCharCode(bytes[0]); ${code} parentPort.postMessage(what === 'w' ? 'wrong' : undefined); })`)}`);
  const input = (what: string) => ({ target: 'config', bytes: Buffer.from(what) }) as const;

  it('is what fills the memory and what ends the thread, each told, and the next input is read all the same', async () => {
    const nasty = startReader(thread("if (what === 'm') { const held = []; for (;;) held.push(new Array(1e6).fill(what)); } if (what === 'e') process.exit(3);"));
    expect(await nasty.read(input('w'))).toBe('wrong');
    expect(await nasty.read(input('m'))).toContain('the thread ended');
    expect(await nasty.read(input('e'))).toBe('the thread ended with 3');
    expect(await nasty.read(input('x'))).toBeUndefined();
    await nasty.close();
  });

  it('is what hangs, whose thread is ended', async () => {
    const hanging = startReader(thread('for (;;);'), 200);
    expect(await hanging.read(input('x'))).toBe('it took longer than 0.2 s');
    expect(await hanging.read(input('x'))).toBe('it took longer than 0.2 s');
    await hanging.close();
  });
});
