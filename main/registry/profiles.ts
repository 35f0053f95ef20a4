import type { Connection } from './connection.js';

const MiB = 1024 * 1024;

/** What one kind of registry does its own way. All differences between registries that the client knows are in these rows. */
export interface Profile {
  readonly name: string;
  readonly hosts: RegExp;
  /** The host that speaks the protocol, when it is another than the one in references. */
  readonly endpoint?: string;
  /** Put before repository names of a single component. */
  readonly namespace?: string;
  /** Can the repositories be listed? */
  readonly catalog: 'standard' | 'none';
  /** What to ask for as `n`; more than 1000 is an error at distribution's catalog and at ECR. */
  readonly pageSize: number;
  /** For large blobs at once, at the most. */
  readonly connections: number;
  /** Up to this size a blob goes up in one PUT, beyond it in chunks. */
  readonly monolithicBytes: number;
  readonly chunkBytes: number;
  /** Origins of token services on other sites that belong to this registry. */
  readonly realms: readonly string[];
}

const standard: Profile = {
  name: 'OCI registry',
  hosts: /^/,
  catalog: 'standard',
  pageSize: 1000,
  connections: 12,
  monolithicBytes: 64 * MiB,
  // Below Cloudflare's 100 MB a request, with room for other proxies' 50 MB.
  chunkBytes: 32 * MiB,
  realms: [],
};

const rows: readonly (Partial<Profile> & Pick<Profile, 'name' | 'hosts'>)[] = [
  { name: 'Docker Hub', hosts: /^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)$/, endpoint: 'registry-1.docker.io', namespace: 'library', catalog: 'none', connections: 6, realms: ['https://auth.docker.io'] },
  // More than 4 MiB in one PATCH is refused with 416: github.com/ocx-sh/ocx/pull/237
  { name: 'GitHub Packages', hosts: /^ghcr\.io$/, catalog: 'none', chunkBytes: 4 * MiB },
  { name: 'Quay', hosts: /^quay\.io$/, pageSize: 100 },
  // Its tokens live five minutes and are checked again at the last PUT: smaller requests, each with a fresh token.
  { name: 'GitLab', hosts: /^registry\.gitlab\.com$/, catalog: 'none', monolithicBytes: 32 * MiB, chunkBytes: 16 * MiB },
  { name: 'Azure Container Registry', hosts: /\.azurecr\.(?:io|cn|us)$/ },
  // Parts must have 5 MiB, but for the last: github.com/dotnet/sdk/pull/33019
  { name: 'Amazon ECR', hosts: /^\d{12}\.dkr[.-]ecr(?:-fips)?\.[\w.-]+$/, chunkBytes: 10 * MiB },
  { name: 'Amazon ECR Public', hosts: /^public\.ecr\.aws$/, catalog: 'none', chunkBytes: 10 * MiB },
  { name: 'Google', hosts: /(?:^|\.)gcr\.io$|-docker\.pkg\.dev$/ },
  { name: 'NVIDIA', hosts: /^nvcr\.io$/, catalog: 'none', realms: ['https://authn.nvidia.com'] },
  // Harbor reads all tags of all repositories for a page of its catalog: small pages answer in time.
  { name: 'Harbor', hosts: /(?:^|\.)(?:go)?harbor\./, pageSize: 100 },
];

/** The row for a host as it stands in references, port included. */
export function profileOf(host: string): Profile {
  const row = rows.find(({ hosts }) => hosts.test(host.toLowerCase()));
  return { ...standard, ...row };
}

/** Where the protocol is spoken, without a path. */
export function baseUrl({ host, plainHttp }: Pick<Connection, 'host' | 'plainHttp'>): URL {
  return new URL(`${plainHttp ? 'http' : 'https'}://${profileOf(host).endpoint ?? host}`);
}
