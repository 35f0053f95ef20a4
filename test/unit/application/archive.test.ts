import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { locateProfile } from '../../../main/accounts/profile.js';
import { archiveHandlers } from '../../../main/application/archive.js';
import { skopeoDocker } from '../archive/docker-samples.js';
import { useFolder } from '../library/folder.js';
import { problemOf } from '../registry/connect.js';

const folder = useFolder();
const { signal } = new AbortController();
const look = (path: string) => archiveHandlers({ profile: locateProfile({ LONGSHORE_HOME: folder.path }) })['archive.open']({ path }, { signal });

test.each([['plain', skopeoDocker()], ['compressed', gzipSync(skopeoDocker())]])('a %s archive tells its images, and nothing of it stays unpacked', async (_, bytes) => {
  const path = join(folder.path, 'app.tar');
  await writeFile(path, bytes);
  const { images, warnings, path: named } = await look(path);
  expect(named).toBe(path);
  expect(images).toEqual([{ id: expect.stringMatching(/^sha256:/), name: 'docker.io/library/alpine:3', platform: 'linux/amd64' }]);
  expect(warnings).toEqual([]);
  expect(await readdir(join(folder.path, 'spool')).catch(() => [])).toEqual([]);
});

test('what is no archive is refused with its name', async () => {
  await mkdir(join(folder.path, 'empty'));
  expect(await problemOf(look(join(folder.path, 'empty')))).toMatchObject({ code: 'archive-invalid', message: expect.stringContaining('empty') });
});
