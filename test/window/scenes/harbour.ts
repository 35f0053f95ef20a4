import { createAuthority } from '../../fake/certificates.js';
import { startFakeProxy } from '../../fake/proxy.js';
import { errorReply, reply, type Recorded, type Reply } from '../../fake/reply.js';
import { startFakeRegistry } from '../../fake/registry.js';
import { fillHarbor, fillLaboratory } from './cargo.js';

/** The hosts of the scenes, which only their proxy knows. */
export const hosts = {
  harbor: 'harbor.example.org',
  laboratory: 'registry.astro.example.edu',
  /** There is nothing in it. */
  bench: 'harbor.bench.example.org',
  /** Nobody is there. */
  edge: 'harbor.lab.example.org',
} as const;

export const laboratoryUser = { username: 'astro-push', password: 'a secret of the scenes' } as const;

/** Registries in this process, over real TLS through a real proxy, under names that people would give them. */
export interface Harbour {
  /** What every registry's certificate is signed by, PEM. */
  readonly authority: string;
  /** For the program's environment: the way to these hosts. */
  readonly env: Readonly<Record<string, string>>;
  /** Bytes a second on each connection from now on. */
  slowTo(speed: number): void;
  close(): Promise<void>;
}

export async function openHarbour(): Promise<Harbour> {
  const authority = await createAuthority();
  const pairOf = (host: string) => authority.issue({ names: [`DNS:${host}`], subject: `/O=Example/CN=${host}` });
  const harbor = await startFakeRegistry({ tls: await pairOf(hosts.harbor), quirk: rules });
  fillHarbor(harbor.storage);
  let there: ReadonlyMap<string, number> = new Map();
  const laboratory = await startFakeRegistry({ tls: await pairOf(hosts.laboratory), signIn: { scheme: 'basic', ...laboratoryUser }, quirk: (request) => declared(request, there) });
  there = fillLaboratory(laboratory.storage);
  const bench = await startFakeRegistry({ tls: await pairOf(hosts.bench) });
  const proxy = await startFakeProxy({ routes: new Map([[hosts.harbor, harbor.host], [hosts.laboratory, laboratory.host], [hosts.bench, bench.host]]) });
  return {
    authority: authority.cert,
    env: { HTTPS_PROXY: proxy.url, NO_PROXY: hosts.edge },
    slowTo: (speed) => proxy.slowTo(speed),
    async close() {
      await proxy.close();
      for (const registry of [harbor, laboratory, bench]) await registry.close();
      await authority.remove();
    },
  };
}

/** Some tags never move, and one repository is being repaired. */
function rules({ method, path }: Recorded): Reply | undefined {
  if (method === 'PUT' && path.includes('/v2/sandbox/gateway-test/manifests/1.0')) return errorReply(412, 'PRECONDITION', 'configured as immutable, cannot be updated');
  if (method === 'GET' && path.includes('/v2/platform/operator/blobs/')) return errorReply(503, 'UNAVAILABLE', 'in maintenance', { 'retry-after': '45' });
  return undefined;
}

/** A blob that is only said to be there. */
function declared({ method, path, headers }: Recorded, there: ReadonlyMap<string, number>): Reply | undefined {
  const size = there.get(/\/blobs\/(sha256:[0-9a-f]{64})$/.exec(path)?.[1] ?? '');
  return method === 'HEAD' && size !== undefined && headers['authorization'] !== undefined ? reply(200, { 'content-length': String(size) }) : undefined;
}
