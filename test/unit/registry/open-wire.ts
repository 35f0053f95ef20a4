import { join } from 'node:path';
import { Wire, type WireOptions } from '../../../main/registry/wire/wire.js';
import { bundleChild } from '../run-child.js';

/** Threads for blobs of any size. */
export async function openWire(options: WireOptions = { smallest: 1 }): Promise<Wire> {
  const entry = await bundleChild(join(import.meta.dirname, '../../../main/registry/wire/thread.ts'));
  return new Wire(() => entry, options);
}
