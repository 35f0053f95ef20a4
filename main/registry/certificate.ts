import type { PeerCertificate, TLSSocket } from 'node:tls';
import { printable } from '../../shared/format.js';
import type { Dial, Target } from './dial.js';

/** What a server shows of itself. Texts are safe to print. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** ISO times. */
  readonly validFrom: string;
  readonly validTo: string;
  /** SHA-256 of the certificate, as `Trust.pinned` takes it. */
  readonly fingerprint: string;
  /** Names and addresses it is valid for. */
  readonly names: readonly string[];
}

/** Looks at the certificate that a server shows, whether it is trusted or not unless `verify` is set; fails with the errors of the sockets. */
export async function shownCertificate(dial: Dial, target: Target, { verify = false } = {}): Promise<Certificate> {
  const socket = await dial(target, { reach: 'any', verify });
  try {
    return describe((socket as TLSSocket).getPeerCertificate());
  } finally {
    socket.destroy();
  }
}

/** On several lines, for the detail of a problem. */
export function formatCertificate(certificate: Certificate): string {
  return [
    `subject: ${certificate.subject}`,
    `issuer: ${certificate.issuer}`,
    `names: ${certificate.names.join(', ')}`,
    `valid: ${certificate.validFrom} to ${certificate.validTo}`,
    `SHA-256: ${certificate.fingerprint}`,
  ].join('\n');
}

function describe(peer: PeerCertificate): Certificate {
  return {
    subject: nameOf(peer.subject),
    issuer: nameOf(peer.issuer),
    validFrom: new Date(peer.valid_from).toISOString(),
    validTo: new Date(peer.valid_to).toISOString(),
    fingerprint: peer.fingerprint256,
    names: printable(peer.subjectaltname ?? '').split(', ').filter(Boolean).map((name) => name.replace(/^(?:DNS|IP Address):/, '')),
  };
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const parts = Object.entries(name ?? {}).map(([key, value]) => `${key}=${[value].flat().join('+')}`);
  return printable(parts.join(', '));
}
