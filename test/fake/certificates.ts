import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const openssl = (folder: string, ...words: string[]): Promise<unknown> => promisify(execFile)('openssl', words, { cwd: folder });

export interface Pair {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  /** Subject alternative names as openssl writes them: `DNS:registry.test`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  /** As openssl writes it: `/O=Example/CN=registry.test`. */
  readonly subject?: string;
  /** Ended yesterday. */
  readonly expired?: boolean;
}

/** An authority made for a test. */
export interface Authority {
  readonly cert: string;
  /** A certificate of its own for a server (or a client). */
  issue(options?: LeafOptions): Promise<Pair>;
  remove(): Promise<void>;
}

/** Makes an authority with openssl in a folder of its own. */
export async function createAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-authority-'));
  await openssl(folder, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Test Authority');
  await writeFile(join(folder, 'index.txt'), '');
  await writeFile(join(folder, 'serial'), '01');
  await writeFile(join(folder, 'ca.cnf'), caConfiguration);
  let issued = 0;
  return {
    cert: await readFile(join(folder, 'ca.pem'), 'utf8'),
    async issue({ names = ['IP:127.0.0.1', 'DNS:localhost'], subject, expired = false } = {}) {
      issued += 1;
      const name = `leaf${issued}`;
      await openssl(folder, 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject ?? `/O=Longshore tests/CN=${name}`);
      await writeFile(join(folder, `${name}.ext`), `subjectAltName=${names.join(',')}\n`);
      const [start, end] = expired ? [-10, -1] : [-1, 30];
      await openssl(folder, 'ca', '-batch', '-notext', '-config', 'ca.cnf', '-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', `${name}.ext`, '-startdate', asnTime(start), '-enddate', asnTime(end));
      return { cert: await readFile(join(folder, `${name}.pem`), 'utf8'), key: await readFile(join(folder, `${name}.key`), 'utf8') };
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A certificate that its own key signed. */
export async function selfSigned(names: readonly string[] = ['IP:127.0.0.1', 'DNS:localhost']): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-self-signed-'));
  try {
    await openssl(folder, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key', '-out', 'cert', '-days', '30', '-subj', '/CN=self', '-addext', `subjectAltName=${names.join(',')}`);
    return { cert: await readFile(join(folder, 'cert'), 'utf8'), key: await readFile(join(folder, 'key'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function asnTime(daysFromNow: number): string {
  return new Date(Date.now() + daysFromNow * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '').slice(0, 14) + 'Z';
}

const caConfiguration = `
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
`;
