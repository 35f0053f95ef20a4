import { splitDigest, type Digest } from '../../shared/digest.js';
import { ProblemError } from '../../shared/errors.js';

/** Does the host speak this protocol, and how does one sign in? distribution-spec "Determining Support". */
export const pingPath = (): string => '/v2/';

/** Docker Registry HTTP API V2 "Catalog"; reserved in distribution-spec "Endpoints". */
export const catalogPath = (count: number): string => `/v2/_catalog?n=${count}`;

/** distribution-spec "Listing Tags". */
export const tagsPath = (repository: string, count: number): string => `/v2/${repository}/tags/list?n=${count}`;

/** distribution-spec "Pulling manifests", "Pushing Manifests". */
export const manifestPath = (repository: string, reference: string): string => `/v2/${repository}/manifests/${reference}`;

/** distribution-spec "Pulling blobs". */
export const blobPath = (repository: string, digest: Digest): string => `/v2/${repository}/blobs/${digest}`;

/** distribution-spec "POST then PUT". The slash at the end belongs to it. */
export const uploadsPath = (repository: string): string => `/v2/${repository}/blobs/uploads/`;

/** distribution-spec "Mounting a blob from another repository"; never without `from`, which Quay takes badly. */
export const mountPath = (repository: string, digest: Digest, from: string): string =>
  `${uploadsPath(repository)}?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;

/** distribution-spec "Listing Referrers". */
export const referrersPath = (repository: string, digest: Digest): string => `/v2/${repository}/referrers/${digest}`;

/** The tag that stands in for the referrers API, of 64 digits at most. distribution-spec "Referrers Tag Schema". */
export function referrersTag(digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  return `${algorithm}-${hex.slice(0, 64)}`;
}

/** Closes an upload. The query is appended as text: what is there may be signed. distribution-spec "POST then PUT". */
export function withDigest(location: URL, digest: Digest): URL {
  return new URL(`${location.href}${location.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`);
}

/**
 * Reads a `Location` as registries write it: absolute, from the root, relative without a slash, without a scheme, or with
 * `http:` where a proxy ends the TLS. The query stays as it is.
 * @param from the URL that was asked
 * @throws ProblemError `answer-invalid`
 */
export function resolveLocation(location: string, from: URL): URL {
  const text = location.trim();
  const rooted = /^v2\//.test(text) ? `/${text}` : text;
  const schemeless = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?::[0-9]+)?\/v2\//.test(rooted) && !rooted.startsWith('/');
  let url: URL;
  try {
    url = new URL(schemeless ? `${from.protocol}//${rooted}` : rooted, from);
  } catch {
    throw new ProblemError('answer-invalid', {
      message: `${from.host} sent a Location that is no address.`,
      next: 'Report this to whoever runs the registry or the proxy before it.',
      detail: JSON.stringify(text.slice(0, 200)),
    });
  }
  url.hash = '';
  if (from.protocol === 'https:' && url.protocol === 'http:' && url.hostname === from.hostname) return new URL(`${from.origin}${url.pathname}${url.search}`);
  return url;
}
