import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.js';

/** Long enough for a demo that somebody leaves running, short enough to be worthless when it is found later. */
const days = 7;

const configuration = `
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
`;

/** Files in PEM. */
export interface Certificates {
  /** What a client has to trust. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes a private authority on the spot and a certificate of it for loopback servers. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const file = (name: string): string => join(folder, name);
  await writeFile(file('openssl.cnf'), configuration);
  await makeCertificate(folder, 'authority', 'Longshore demo authority', []);
  await makeCertificate(folder, 'server', 'localhost', ['-CA', file('authority.pem'), '-CAkey', file('authority.key')]);
  return { authority: file('authority.pem'), certificate: file('server.pem'), key: file('server.key') };
}

async function makeCertificate(folder: string, section: 'authority' | 'server', name: string, signer: readonly string[]): Promise<void> {
  await runCommand('openssl', [
    'req', '-x509', '-new', '-config', join(folder, 'openssl.cnf'), '-extensions', section, '-subj', `/CN=${name}`, '-days', String(days),
    '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder, `${section}.key`), '-out', join(folder, `${section}.pem`), ...signer,
  ]);
}
