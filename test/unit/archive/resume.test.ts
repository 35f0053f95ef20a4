import { execFileSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ProblemError } from '../../../shared/errors.js';
import { quitting } from '../../../main/stores/quitting.js';
import type { WriteStore } from '../../../main/stores/store.js';
import { bundleChild, startChild } from '../run-child.js';
import { halfOf, largeImage } from './large-image.js';
import { bodyOf, imageOf, planOf, signal } from './sample.js';
import { bytesOf, sinkTo, useTarget, write } from './writing.js';

const image = largeImage(imageOf);
const plan = planOf([image, 'app:1']);
const [config, layer, last] = plan.blobs as [typeof plan.blobs[0], typeof plan.blobs[0], typeof plan.blobs[0]];
const place = useTarget();

const lost = new ProblemError('connection-lost', { message: 'The line broke.', next: 'Try again.' });
const partials = async (): Promise<string[]> => (await readdir(place.folder)).filter((name) => name.endsWith('.partial'));

/** Writes the config, half of the first layer, and ends as if the copy had failed for a reason. */
async function breakOff(reason: unknown, file = place.file): Promise<void> {
  const stop = new AbortController();
  const sink = sinkTo(file);
  await sink.begin?.(plan, { signal: stop.signal });
  await sink.push(config, bodyOf(bytesOf([image], config.digest)), { signal });
  await expect(sink.push(layer, () => Promise.resolve(halfOf(bytesOf([image], layer.digest))), { signal })).rejects.toThrow('the source broke');
  stop.abort(reason);
  await sink.end?.(false);
}

/** Saves the whole and tells where each blob was asked for; those that nobody asked for are left out. */
async function finish(sink: WriteStore = sinkTo(place.file)): Promise<Map<string, number>> {
  const asked = new Map<string, number>();
  await sink.begin?.(plan, { signal });
  for (const blob of plan.blobs) {
    await sink.push(blob, (offset) => {
      asked.set(blob.digest, offset);
      return bodyOf(bytesOf([image], blob.digest))(offset);
    }, { signal });
  }
  await sink.end?.(true);
  return asked;
}

async function expectWhole(): Promise<void> {
  const other = join(place.folder, 'clean');
  await mkdir(other);
  await write(sinkTo(join(other, 'app.tar')), plan, image);
  expect((await readFile(place.file)).equals(await readFile(join(other, 'app.tar')))).toBe(true);
  expect(execFileSync('sha256sum', ['-c', 'app.tar.sha256'], { cwd: place.folder, encoding: 'utf8' })).toBe('app.tar: OK\n');
  expect((await readdir(place.folder)).toSorted()).toEqual(['app.tar', 'app.tar.sha256', 'clean']);
}

describe('an archive that was not finished', () => {
  test.each([['a failure', lost], ['the end of the application', quitting]])('goes on after %s where it stopped', async (_, reason) => {
    await breakOff(reason);
    const asked = await finish();
    expect([...asked]).toEqual([[layer.digest, Math.floor(layer.size / 2)], [last.digest, 0]]);
    await expectWhole();
  });

  test('goes on after its process was killed', async () => {
    const child = startChild(await bundleChild(join(import.meta.dirname, 'save-child.ts')), [place.file]);
    onTestFinished(() => void child.process.kill('SIGKILL'));
    await child.sees('written');
    child.process.kill('SIGKILL');
    await child.ended;
    const asked = await finish();
    expect([...asked]).toEqual([[layer.digest, Math.floor(layer.size / 2)], [last.digest, 0]]);
    await expectWhole();
  });

  test.each([
    ['cancelled', new ProblemError('cancelled', { message: 'Stopped.', next: 'Try again.' })],
    ['stopped by a full disk', new ProblemError('disk-full', { message: 'The disk is full.', next: 'Make room.' })],
  ])('leaves nothing behind when it was %s', async (_, reason) => {
    await breakOff(reason);
    expect(await readdir(place.folder)).toEqual([]);
  });

  test('is not believed where its bytes were torn', async () => {
    await breakOff(lost);
    const [name = ''] = await partials();
    const file = await open(join(place.folder, name), 'r+');
    // Inside the config, which is noted as whole, and inside the half of the layer.
    const bytes = await file.readFile();
    const configAt = bytes.indexOf(Buffer.from(bytesOf([image], config.digest)));
    await file.write('torn', configAt + 10);
    await file.write('torn', bytes.indexOf(Buffer.from(bytesOf([image], layer.digest)).subarray(0, 200)) + 100);
    await file.close();
    const asked = await finish();
    expect([...asked.values()]).toEqual([0, 0, 0]);
    await expectWhole();
  });

  test('ignores a note that was torn or says more than there can be', async () => {
    await breakOff(lost);
    const [name = ''] = await partials();
    const notes = join(place.folder, `${name}.notes`);
    await writeFile(notes, `${await readFile(notes, 'utf8')}nonsense\n${last.digest} 99999999999\n${layer.digest} 7`);
    const asked = await finish();
    expect([...asked]).toEqual([[layer.digest, Math.floor(layer.size / 2)], [last.digest, 0]]);
    await expectWhole();
  });

  test('goes when another image is saved to the same place', async () => {
    await breakOff(lost);
    expect(await partials()).toHaveLength(1);
    const other = imageOf(['other']);
    await write(sinkTo(place.file), planOf([other, 'other:1']), other);
    expect((await readdir(place.folder)).toSorted()).toEqual(['app.tar', 'app.tar.sha256']);
  });

  test('stays where it is another machine that may be writing it', async () => {
    await breakOff(lost);
    const [name = ''] = await partials();
    // Of the same lock, which here is nobody's.
    const foreign = name.replace(/\.([0-9a-f]{4})/, (_, own: string) => `.${own === 'ffff' ? 'eeee' : 'ffff'}`);
    await writeFile(join(place.folder, foreign), 'being written');
    await finish();
    expect((await readdir(place.folder)).toSorted()).toEqual(['app.tar', foreign, 'app.tar.sha256'].toSorted());
  });

  test('is not shared by two saves at once', async () => {
    const first = sinkTo(place.file);
    const second = sinkTo(place.file);
    await first.begin?.(plan, { signal });
    await second.begin?.(plan, { signal });
    expect(await partials()).toHaveLength(2);
    await second.end?.(false);
    for (const blob of plan.blobs) await first.push(blob, bodyOf(bytesOf([image], blob.digest)), { signal });
    await first.end?.(true);
    await expectWhole();
  });

  test('is not written through a link that somebody laid there', async () => {
    await breakOff(lost);
    const [name = ''] = await partials();
    const precious = join(place.folder, 'precious');
    await writeFile(precious, 'precious');
    execFileSync('rm', [join(place.folder, name), join(place.folder, `${name}.notes`)]);
    await symlink(precious, join(place.folder, name));
    await finish();
    expect(await readFile(precious, 'utf8')).toBe('precious');
  });

  test('finds room for its names where that of the archive is long', async () => {
    const long = join(place.folder, `${'ä'.repeat(100)}.tar`);
    await breakOff(lost, long);
    expect(await partials()).toHaveLength(1);
    await finish(sinkTo(long));
    expect((await readdir(place.folder)).toSorted()).toEqual([`${'ä'.repeat(100)}.tar`, `${'ä'.repeat(100)}.tar.sha256`]);
  });
});
