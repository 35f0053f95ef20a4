import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startInBackground } from './background.js';
import { makeCertificates } from './certificates.js';
import { runCommand } from './run-command.js';

export interface DockerRegistryOptions {
  /** Everything it needs and leaves: storage, configuration, certificates, logs. Made when it is missing. */
  readonly folder: string;
  /** With a certificate of an authority made on the spot. */
  readonly tls?: boolean;
  /** With htpasswd. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Another release of it, by its path. */
  readonly program?: string;
  /** Where and with what secret it ran before; else a free port and a new secret. */
  readonly again?: { readonly port: number; readonly secret: string };
}

export interface DockerRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** With its scheme. */
  readonly url: string;
  /** The authority's certificate in PEM, with `tls`. */
  readonly authority?: string;
  /** The SHA-256 of its own certificate, as its owner would tell it: `AB:CD:…`, with `tls`. */
  readonly fingerprint?: string;
  /** Every request in Apache's combined format. */
  readonly accessLog: string;
  /** With it the sessions of uploads are signed. */
  readonly secret: string;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts Debian's docker-registry (distribution 2.8) on a free loopback port. */
export async function startDockerRegistry({ folder, tls = false, user, program = 'docker-registry', again }: DockerRegistryOptions): Promise<DockerRegistry> {
  const file = (name: string): string => join(folder, name);
  await mkdir(file('storage'), { recursive: true });
  const certificates = tls ? await makeCertificates(folder) : undefined;
  // JSON is YAML. Port 0: the kernel chooses a free one, and the registry prints which.
  const secret = again?.secret ?? randomBytes(16).toString('hex');
  const configuration = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: file('storage') }, delete: { enabled: true }, maintenance: { uploadpurging: { enabled: false } } },
    http: {
      addr: `127.0.0.1:${again?.port ?? 0}`,
      secret,
      ...(certificates && { tls: { certificate: certificates.certificate, key: certificates.key } }),
    },
    ...(user && { auth: { htpasswd: { realm: 'docker-registry', path: file('htpasswd') } } }),
  };
  await writeFile(file('config.yml'), JSON.stringify(configuration, undefined, 2));
  if (user) await writeFile(file('htpasswd'), await runCommand('htpasswd', ['-niB', user.name], { input: user.password }), { mode: 0o600 });
  const accessLog = file('access.log');
  const server = await startInBackground(program, ['serve', file('config.yml')], {
    ready: /listening on (127\.0\.0\.1:[0-9]+)/,
    outputFile: accessLog,
    errorFile: file('registry.log'),
  });
  const host = server.ready[1]!;
  return {
    host,
    url: `${tls ? 'https' : 'http'}://${host}`,
    accessLog,
    secret,
    pid: server.pid,
    ended: server.ended,
    stop: server.stop,
    ...(certificates && { authority: certificates.authority, fingerprint: new X509Certificate(await readFile(certificates.certificate)).fingerprint256 }),
  };
}
