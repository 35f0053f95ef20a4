/** OCI image-spec, media-types.md, and Docker's image manifest v2 schema 2. */
export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  schema1: 'application/vnd.docker.distribution.manifest.v1+json',
  schema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

const indexTypes: ReadonlySet<string> = new Set([mediaTypes.ociIndex, mediaTypes.dockerList]);
const imageTypes: ReadonlySet<string> = new Set([mediaTypes.ociManifest, mediaTypes.dockerManifest]);
const schema1Types: ReadonlySet<string> = new Set([mediaTypes.schema1, mediaTypes.schema1Signed]);
const configTypes: ReadonlySet<string> = new Set([mediaTypes.ociConfig, mediaTypes.dockerConfig]);

export const isIndexType = (mediaType: string): boolean => indexTypes.has(mediaType);
export const isImageManifestType = (mediaType: string): boolean => imageTypes.has(mediaType);
export const isManifestType = (mediaType: string): boolean => isIndexType(mediaType) || isImageManifestType(mediaType);
export const isSchema1Type = (mediaType: string): boolean => schema1Types.has(mediaType);
/** Configs of runnable images; charts, signatures and other artifacts have their own. */
export const isImageConfigType = (mediaType: string): boolean => configTypes.has(mediaType);

/** Layers that registries leave to their makers, told by type and not by `urls` (image-spec, layer.md). */
export const isForeignLayerType = (mediaType: string): boolean =>
  /\.foreign\.|\.nondistributable\./.test(mediaType);

/** One comma list, since some servers read only the first of repeated headers. Schema 1 is asked for to name it. */
export const acceptManifests: string = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerList,
  mediaTypes.dockerManifest,
  mediaTypes.schema1Signed,
  mediaTypes.schema1,
].join(', ');
