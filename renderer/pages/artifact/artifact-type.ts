import { words } from '../../words/en.js';

const kinds = [
  [/provenance|slsa/i, words.artifactTypes.provenance],
  [/spdx|cyclonedx|syft|sbom/i, words.artifactTypes.sbom],
  [/sarif|vuln|scan/i, words.artifactTypes.scan],
  [/signature|cosign|sigstore|notary/i, words.artifactTypes.signature],
  [/in-toto|attestation|predicate/i, words.artifactTypes.attestation],
] as const;

/** What an artifact type or a predicate type is called among people: the type itself is shown beside it. */
export function artifactKind(type: string): string {
  return kinds.find(([pattern]) => pattern.test(type))?.[1] ?? words.artifactTypes.other;
}
