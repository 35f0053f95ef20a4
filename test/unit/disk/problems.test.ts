import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskProblem, isDiskError } from '../../../main/disk/problems.js';
import { problemKinds } from '../../../shared/errors.js';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: made for a test`), { code, syscall: 'write', errno: -1 });

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EACCES', 'disk-denied'],
  ['EPERM', 'disk-denied'],
  ['EROFS', 'disk-denied'],
  ['ENOENT', 'file-unknown'],
  ['ENOTDIR', 'file-unknown'],
  ['EISDIR', 'file-unknown'],
  ['EEXIST', 'target-exists'],
  ['EFBIG', 'disk-failed'],
  ['EIO', 'disk-failed'],
] as const)('%s is the problem %s, which names the path', (code, expected) => {
  const problem = diskProblem(systemError(code), 'write', '/some/where/file');
  expect(problem).toMatchObject({ code: expected, problem: { layer: 'disk', retryable: false, detail: `${code} write` } });
  expect((problem as Error).message).toContain('/some/where/file');
  expect(problemKinds[expected].layer).toBe('disk');
});

test('a real error of the file system is understood', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-problems-'));
  const path = join(folder, 'absent');
  const error: unknown = await readFile(path).catch((caught: unknown) => caught);
  expect(isDiskError(error, 'ENOENT')).toBe(true);
  expect(isDiskError(error, 'EACCES')).toBe(false);
  expect(diskProblem(error, 'read', path)).toMatchObject({ code: 'file-unknown', cause: error });
  await writeFile(path, '');
  expect(diskProblem(await readFile(join(path, 'below')).catch((caught: unknown) => caught), 'read', path)).toMatchObject({ code: 'file-unknown' });
  await rm(folder, { recursive: true });
});

test('what is no error of the file system comes back as it is', () => {
  const plain = new Error('plain');
  const socket = Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' });
  expect(diskProblem(plain, 'read', '/x')).toBe(plain);
  expect(diskProblem(socket, 'read', '/x')).toBe(socket);
  expect(diskProblem('text', 'read', '/x')).toBe('text');
});
