import type { Descriptor } from '../../shared/descriptor.js';
import type { Digest } from '../../shared/digest.js';
import { readIndex } from './index-file.js';
import type { Layout } from './layout.js';
import { reach } from './reach.js';

/**
 * Manifests among the images, and what they are made of, that name this one as their `subject`, described as the referrers
 * API does (OCI distribution-spec, "Listing Referrers").
 */
export async function* referrers(layout: Layout, subject: Digest): AsyncGenerator<Descriptor> {
  const told = new Set<Digest>();
  for await (const { descriptor, manifest } of reach(layout, await readIndex(layout))) {
    if (manifest?.subject?.digest !== subject || told.has(descriptor.digest)) continue;
    told.add(descriptor.digest);
    const artifactType = manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined);
    const { mediaType, digest, size } = descriptor;
    yield {
      mediaType,
      digest,
      size,
      ...(artifactType !== undefined && { artifactType }),
      ...(Object.keys(manifest.annotations).length > 0 && { annotations: manifest.annotations }),
    };
  }
}
