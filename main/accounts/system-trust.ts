import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as tls from 'node:tls';
import { readBundle, splitCertificates } from './pem.js';

/** Where Linux systems keep all authorities in one file; the first that is there counts. */
const bundlePaths: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Gentoo
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // RHEL, Fedora
  '/etc/pki/tls/certs/ca-bundle.crt', // RHEL 6
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem', // Alpine, BSD
];

export interface SystemTrustOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly bundles?: readonly string[] | undefined;
}

/**
 * The authorities of the operating system, which Node ignores by itself. `SSL_CERT_FILE` and `SSL_CERT_DIR` (several
 * folders may be named) take the place of the system's, as with OpenSSL.
 * @returns PEM blocks
 * @throws ProblemError `certificate-unreadable`, `file-unknown`, `disk-denied` for the file in `SSL_CERT_FILE`
 */
export async function systemCertificates({ env = process.env, bundles = bundlePaths }: SystemTrustOptions = {}): Promise<string[]> {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders } = env;
  if (file || folders) {
    const inFolders = await Promise.all((folders ?? '').split(delimiter).filter(Boolean).map(readFolder));
    return [...(file ? await readBundle(file) : []), ...inFolders.flat()];
  }
  for (const bundle of bundles) {
    const found = await readIfThere(bundle);
    if (found) return found;
  }
  return process.platform === 'linux' ? [] : platformStore();
}

async function readIfThere(path: string): Promise<string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : splitCertificates(text);
}

async function readFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const bundles = await Promise.all(names.sort().map((name) => readIfThere(join(folder, name))));
  // OpenSSL's folders have each certificate twice: under its name, and as a link under its hash.
  return [...new Set(bundles.flatMap((found) => found ?? []))];
}

/** macOS and Windows have no such file; Node 22.15 and later can ask them. */
function platformStore(): string[] {
  const { getCACertificates } = tls as { getCACertificates?: (kind: 'system') => string[] };
  return getCACertificates?.('system') ?? [];
}
