import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A runtime that is given as a folder is copied whole: the loader for sources has no place in a package. */
export async function afterPack({ appOutDir, packager }) {
  if (packager.platform.nodeName === 'linux') await rm(join(appOutDir, 'resources/default_app.asar'), { force: true });
}

export { afterPack as default };
