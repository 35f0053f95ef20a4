import { describe, expect, it } from 'vitest';
import { artifactKind } from '../../../../renderer/pages/artifact/artifact-type.js';

describe('artifactKind', () => {
  it.each([
    ['https://slsa.dev/provenance/v0.2', 'Provenance'],
    ['https://spdx.dev/Document', 'SBOM'],
    ['application/vnd.cyclonedx+json', 'SBOM'],
    ['application/vnd.dev.cosign.artifact.sig.v1+json', 'Signature'],
    ['application/vnd.cncf.notary.signature', 'Signature'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'Signature'],
    ['application/sarif+json', 'Scan report'],
    ['application/vnd.in-toto+json', 'Attestation'],
    ['application/vnd.example.thing', 'Artifact'],
  ])('calls %s %s', (type, kind) => expect(artifactKind(type)).toBe(kind));
});
