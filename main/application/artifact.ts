import type { ArtifactDetails, LayerRow, PlatformRow } from '../../shared/contract/artifact.js';
import { isDigest } from '../../shared/digest.js';
import { formatPlatform, isUnknownPlatform, parsePlatform } from '../../shared/platform.js';
import { formatReference } from '../../shared/reference.js';
import type { InspectedImage, Inspection } from '../browse/inspect-image.js';
import { dockerfile, layersWithInstructions } from '../image/history.js';
import { parseManifest, type Manifest } from '../image/manifest.js';
import type { Handlers } from './handlers.js';
import type { Parts } from './parts.js';

export function artifactHandlers({ registries }: Pick<Parts, 'registries'>): Handlers<'artifact.inspect'> {
  return {
    async 'artifact.inspect'({ account, repository, reference, platform }, { signal }) {
      const { inspectImage } = await import('../browse/inspect-image.js');
      const { registry } = await registries.of(account);
      const found = await inspectImage(registry.repository(repository), reference, { signal, referrers: true, ...(platform !== undefined && { platform: parsePlatform(platform) }) });
      const name = formatReference({ host: registry.host, repository, ...(isDigest(reference) ? { digest: reference } : { tag: reference }) });
      return detailsOf(name, found);
    },
  };
}

function detailsOf(reference: string, found: Inspection): ArtifactDetails {
  const { root, annotations, image, referrers, referrersProblem } = found;
  const manifest = parseManifest(root.bytes, root.descriptor.mediaType, reference);
  return {
    reference,
    digest: root.descriptor.digest,
    mediaType: manifest.mediaType,
    type: typeOf(manifest, image),
    annotations,
    platforms: manifest.kind === 'index' ? platformRows(found, manifest.manifests) : [],
    ...(image && { image: imageOf(image) }),
    referrers: referrers.map(({ digest, size, artifactType, mediaType }) => ({ digest, size, artifactType: artifactType ?? mediaType })),
    ...(referrersProblem && { referrersProblem }),
    raw: Buffer.from(root.bytes).toString(),
  };
}

function typeOf(manifest: Manifest, image: InspectedImage | undefined): string {
  if (manifest.artifactType !== undefined) return manifest.artifactType;
  if (manifest.kind === 'index') return 'index';
  return image?.config ? 'image' : manifest.config.mediaType;
}

/** What buildkit writes beside an attestation's digest. */
const attestationType = 'vnd.docker.reference.type';

function platformRows({ platforms }: Inspection, children: Extract<Manifest, { kind: 'index' }>['manifests']): PlatformRow[] {
  const find = (digest: string) => children.find((child) => child.digest === digest);
  return platforms.map(({ platform, digest, attestations }) => ({
    platform: formatPlatform(platform),
    digest,
    size: find(digest)?.size ?? 0,
    attestations: attestations.map((each) => ({ digest: each, type: find(each)?.annotations?.[attestationType] ?? 'attestation' })),
  }));
}

function imageOf({ stored, size, manifest, config }: InspectedImage): NonNullable<ArtifactDetails['image']> {
  const { digest } = stored.descriptor;
  const instructions = config ? layersWithInstructions(config.parsed) : [];
  const layers = manifest.layers.map((layer, at): LayerRow => {
    const instruction = instructions[at];
    return { digest: layer.digest, size: layer.size, mediaType: layer.mediaType, ...(instruction !== undefined && { instruction }) };
  });
  const nothing = { entrypoint: [], command: [], environment: [], exposedPorts: [], labels: {} };
  if (!config) return { digest, size, layers, ...nothing };
  const { platform, created, user, entrypoint, command, environment, exposedPorts, labels } = config.parsed;
  return {
    digest,
    size,
    layers,
    dockerfile: dockerfile(config.parsed),
    config: JSON.stringify(JSON.parse(Buffer.from(config.bytes).toString()), undefined, 2),
    ...(!isUnknownPlatform(platform) && { platform: formatPlatform(platform) }),
    ...(created !== undefined && { created }),
    ...(user !== undefined && { user }),
    entrypoint,
    command,
    environment,
    exposedPorts,
    labels,
  };
}
