import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../shared/reference.js';
import { diskProblem, isDiskError } from '../disk/problems.js';
import type { Trust } from '../registry/connection.js';
import { readCertificates, readPrivateKey, unreadable } from './pem.js';

/** Where Docker and Podman keep a folder of certificates for each host, the person's own before the machine's. */
export function certsFolders(home = homedir()): readonly string[] {
  return [
    join(home, '.config/containers/certs.d'),
    join(home, '.config/docker/certs.d'),
    join(home, '.docker/certs.d'),
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
  ];
}

/** What `certs.d/HOST` holds: `*.crt` are authorities, `NAME.cert` with `NAME.key` is shown to the registry. */
export interface HostCertificates {
  readonly certificates: readonly string[];
  readonly client?: NonNullable<Trust['client']>;
}

/** @throws ProblemError `certificate-unreadable`, `disk-denied`, naming the file */
export async function readCertsFolder(certsFolder: string, host: Host): Promise<HostCertificates> {
  // A colon cannot stand in names on Windows; Docker leaves it out there.
  const folder = join(certsFolder, process.platform === 'win32' ? host.replaceAll(':', '') : host);
  const names = (await list(folder)).sort();
  const certificates = await Promise.all(names.filter((name) => name.endsWith('.crt')).map((name) => readCertificates(join(folder, name))));
  const pair = names.find((name) => name.endsWith('.cert'));
  return {
    certificates: certificates.flat(),
    ...(pair !== undefined && { client: await readPair(folder, pair, names) }),
  };
}

async function readPair(folder: string, name: string, names: readonly string[]): Promise<NonNullable<Trust['client']>> {
  const key = name.replace(/cert$/, 'key');
  if (!names.includes(key)) throw unreadable(join(folder, name), `its key ${key} is missing`);
  const blocks = await readCertificates(join(folder, name));
  return { certificate: blocks.join(''), key: await readPrivateKey(join(folder, key)) };
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isDiskError(error, 'ENOENT') || isDiskError(error, 'ENOTDIR')) return [];
    throw diskProblem(error, 'read', folder);
  }
}
