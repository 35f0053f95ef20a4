import type { Descriptor } from '../../shared/descriptor.js';
import { mediaTypes } from '../image/media-types.js';
import { digestIn } from './blobs.js';
import { sendJson, type Exchange } from './exchange.js';

/** OCI distribution-spec, "Listing Referrers": an index, empty when nothing refers to the digest or nobody knows it. */
export async function listReferrers({ response, url, registry, name, selector, signal }: Exchange): Promise<void> {
  const subject = digestIn(selector);
  const type = url.searchParams.get('artifactType');
  const held = await registry.contents.within(await registry.contents.entries(name), { signal });
  const manifests: Descriptor[] = [];
  for await (const referrer of registry.library.referrers({ mediaType: mediaTypes.ociManifest, digest: subject, size: 0 }, { signal })) {
    if (held.has(referrer.digest) && (type === null || referrer.artifactType === type)) manifests.push(referrer);
  }
  if (type !== null) response.setHeader('oci-filters-applied', 'artifactType');
  sendJson(response, { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }, mediaTypes.ociIndex);
}
