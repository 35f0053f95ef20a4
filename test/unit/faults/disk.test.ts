import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../../main/library/library.js';
import { useFolder } from '../library/folder.js';
import { addImage, blobFile, makeImage } from '../library/images.js';
import { never as signal } from '../registry/connect.js';
import { usePulls } from './pull.js';

const folder = useFolder();
const pulls = usePulls();

describe('a library', () => {
  it('whose files have paths of more than 260 characters keeps images as any other', async () => {
    const deep = join(folder.path, ...Array.from({ length: 4 }, () => 'a'.repeat(60)));
    const library = await openLibrary(deep);
    const { root } = await addImage(library, makeImage('app'), 'localhost/app:1');
    expect(blobFile(deep, root.descriptor.digest).length).toBeGreaterThan(260);
    expect((await library.resolve('localhost/app:1')).descriptor.digest).toBe(root.descriptor.digest);
    expect(await library.verify({ signal })).toMatchObject({ checked: 3, damaged: [], missing: [] });
  });

  it('whose layer was damaged on disk and set aside has it anew from the next pull', async () => {
    const layer = randomBytes(100_000);
    const { run, kept, image, asked } = await pulls.pull({ layers: [layer] });
    await run();
    await writeFile(blobFile(pulls.folder.path, image.layers[0]!.digest as `sha256:${string}`), Buffer.alloc(layer.length));
    expect((await (await openLibrary(pulls.folder.path)).verify({ signal })).damaged).toHaveLength(1);
    await run();
    expect((await kept())?.equals(layer)).toBe(true);
    expect(asked()).toHaveLength(2);
  });
});
