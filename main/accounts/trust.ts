import type { Account } from '../../shared/account.js';
import type { Host } from '../../shared/reference.js';
import type { Trust } from '../registry/connection.js';
import { certsFolders, readCertsFolder } from './certs-folder.js';
import { systemCertificates, type SystemTrustOptions } from './system-trust.js';

export interface TrustSources extends SystemTrustOptions {
  readonly account?: Account | undefined;
  /** Folders in the manner of Docker's `certs.d`, of which the first with a client certificate gives it. */
  readonly folders?: readonly string[] | undefined;
}

/**
 * Whom to believe at a host: the system's authorities, those of Docker's and Podman's `certs.d`, and the account's own
 * authority and pin. Node's own roots are added where sockets are opened (main/registry/dial.ts).
 * @throws ProblemError `certificate-unreadable`, `disk-denied`, naming the file
 */
export async function loadTrust(host: Host, { account, env, bundles, folders = certsFolders() }: TrustSources = {}): Promise<Trust> {
  const system = await systemCertificates({ env, bundles });
  const perHost = await Promise.all(folders.map((folder) => readCertsFolder(folder, host)));
  const client = perHost.find((found) => found.client)?.client;
  return {
    certificates: [...system, ...perHost.flatMap((found) => found.certificates), ...(account?.certificates ?? [])],
    ...(account?.pinned !== undefined && { pinned: account.pinned }),
    ...(client && { client }),
  };
}
