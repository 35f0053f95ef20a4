import { notYet, provedIn, type Row, type Section } from '../row.js';

const inMatrix = provedIn('test/interop/matrix.test.ts');
const kept = { config: 'the config', digest: 'the digest' } as const;
const takes = (tool: string, keeps: keyof typeof kept): Row =>
  inMatrix(`our universal archive in ${tool}`, `loaded with the name and ${kept[keeps]}`, `'${tool}' > takes our universal archive of index, and says the same name and digest (${keeps})`);
const writes = (tool: string, how: string, keeps: keyof typeof kept): Row =>
  inMatrix(`what ${how} writes`, `loaded with the name and ${kept[keeps]}`, `'${tool}' > ${how} of index is loaded with the same name and digest (${keeps})`);

/** Archives between real tools; docs/interop.md has the whole matrix. */
export const exchange: Section = {
  title: 'Archives between tools',
  rows: [
    writes('docker load / save', 'docker save', 'config'),
    writes('podman load / save', 'podman save --format docker-archive', 'config'),
    writes('podman load / save', 'podman save --format oci-archive', 'config'),
    writes('ctr images import / export', 'ctr images export', 'digest'),
    writes('skopeo docker-archive:', 'skopeo copy … docker-archive:', 'config'),
    writes('skopeo oci-archive:', 'skopeo copy … oci-archive:', 'digest'),
    writes('crane push / pull, tarball', 'crane pull', 'config'),
    writes('regctl image import / export', 'regctl image export', 'digest'),
    takes('docker load / save', 'config'),
    takes('podman load / save', 'config'),
    takes('ctr images import / export', 'digest'),
    takes('skopeo docker-archive:', 'config'),
    takes('skopeo oci-archive:', 'digest'),
    takes('crane push / pull, tarball', 'config'),
    takes('regctl image import / export', 'digest'),
    notYet('our universal archive in docker with containerd\'s store', 'loaded with the name and the digest', 'the tests have a docker before it; ctr, whose importer it uses, takes the archive'),
    notYet('our universal archive in oras, trivy and syft', 'read', 'none of them is among the tools of the tests'),
  ],
};
