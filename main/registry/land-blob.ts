import type { Descriptor } from '../../shared/descriptor.js';
import { splitDigest, type Digest } from '../../shared/digest.js';
import type { Landing, LandOptions } from '../stores/landing.js';
import type { RegistryClient } from './client.js';
import { Download } from './download.js';

/**
 * Brings a blob into a file by a thread, which hashes it on the way.
 * @returns the digest of all of it, to be compared; undefined where there is no thread for it
 * @throws ProblemError as `getBlob`, `disk-…`
 */
export async function landBlob(client: RegistryClient, repository: string, descriptor: Descriptor, landing: Landing, options: LandOptions): Promise<Digest | undefined> {
  const { wire } = client.network;
  if (!wire?.takes(descriptor.size)) return undefined;
  const { algorithm } = splitDigest(descriptor.digest);
  const { path, start, written } = landing;
  const receiver = await wire.openFile({ path, start, size: descriptor.size, algorithm, written });
  try {
    await new Download({ client, repository, descriptor, receiver }, landing, options).run();
    return `${algorithm}:${await receiver.digest()}` as Digest;
  } finally {
    await receiver.close();
  }
}
