import { ProblemError, type ProblemCode } from '../../shared/errors.js';
import { printable } from '../../shared/format.js';
import { formatCertificate, shownCertificate } from './certificate.js';
import type { Connection } from './connection.js';
import { createDial, type Target } from './dial.js';
import { privateAddressCode } from './private-address.js';

interface Kind {
  readonly code: ProblemCode;
  /** What is wrong with the host, as the end of a sentence that begins with its name. */
  readonly what: string;
  readonly next: string;
  readonly command?: string;
}

const untrusted: Kind = {
  code: 'certificate-untrusted',
  what: 'shows a certificate of an authority that this machine does not trust',
  next: 'Give the authority\'s certificate for the account; without one, compare the fingerprint with whoever runs it before you trust it.',
  command: 'Give the authority\'s certificate with `longshore login HOST --ca FILE`; without one, compare the fingerprint with whoever runs it before you accept it.',
};
const expired: Kind = {
  code: 'certificate-expired',
  what: 'shows a certificate that is not valid today',
  next: 'Check the clock of this machine; if it is right, ask whoever runs the registry to renew the certificate.',
};
const notTls: Kind = {
  code: 'http-instead-of-https',
  what: 'does not speak TLS on this port',
  next: 'Check the port; if the registry really has no TLS, allow plain http.',
  command: 'Check the port; if the registry really has no TLS, allow it with --plain-http.',
};
const lost: Kind = { code: 'connection-lost', what: 'broke the connection', next: 'Try again; when it stays so, look at the network or the proxy in between.' };
const late: Kind = { code: 'timed-out', what: 'did not answer in time', next: 'Try again; when it stays so, check whether a firewall or a proxy stands in between.' };
const unreachable: Kind = { code: 'connection-refused', what: 'cannot be reached from here', next: 'Check the network and whether a proxy is needed.' };
const unreadable: Kind = { code: 'answer-invalid', what: 'sent something that is no HTTP answer', next: 'Check the address and the port.' };

const kinds: Readonly<Record<string, Kind>> = {
  ENOTFOUND: { code: 'name-not-found', what: 'is not known to the name service', next: 'Check the spelling, and whether a VPN or another network is needed.' },
  EAI_AGAIN: { code: 'name-lookup-failed', what: 'could not be looked up: the name service did not answer', next: 'Check the network connection, then try again.' },
  ECONNREFUSED: { code: 'connection-refused', what: 'refused the connection', next: 'Check the port, and whether the registry is running.' },
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ECONNRESET: lost,
  EPIPE: lost,
  UND_ERR_SOCKET: lost,
  UND_ERR_CLOSED: lost,
  UND_ERR_DESTROYED: lost,
  UND_ERR_ABORTED: lost,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: lost,
  ETIMEDOUT: late,
  ABORT_ERR: late,
  UND_ERR_CONNECT_TIMEOUT: late,
  UND_ERR_HEADERS_TIMEOUT: late,
  UND_ERR_BODY_TIMEOUT: late,
  UND_ERR_HEADERS_OVERFLOW: unreadable,
  [privateAddressCode]: {
    code: 'redirect-refused',
    what: 'leads to an address of a private network, where a public registry has no business',
    next: 'Report this to whoever runs the registry: it may have been taken over.',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_REJECTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  INVALID_CA: untrusted,
  INVALID_PURPOSE: untrusted,
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: expired,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'certificate-wrong-host',
    what: 'shows the certificate of another host',
    next: 'Use the name that the certificate is made for, or ask whoever runs the registry to add this one.',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_HTTP_REQUEST: notTls,
};

const tlsFailed: Kind = {
  code: 'tls-failed',
  what: 'and this machine could not agree on a secure connection',
  next: 'The server may want a client certificate or speak only versions of TLS that are broken; ask whoever runs it.',
};

const certificateCodes: readonly ProblemCode[] = ['certificate-untrusted', 'certificate-expired', 'certificate-wrong-host'];

/** What a socket that could not be opened means; for a refused certificate with what it says. */
export async function connectProblem(error: unknown, target: Target, connection: Connection): Promise<ProblemError> {
  if (error instanceof ProblemError) return error;
  const problem = problemOf(error, `${target.hostname}:${target.port}`);
  if (!certificateCodes.includes(problem.code)) return problem;
  const certificate = await shownCertificate(createDial(connection), target).catch(() => undefined);
  return new ProblemError(problem.code, { ...problem.problem, detail: certificate && formatCertificate(certificate), cause: error });
}

/** What went wrong while a request was under way. */
export async function exchangeProblem(error: unknown, target: Target, connection: Connection): Promise<ProblemError> {
  if (error instanceof ProblemError) return error;
  const problem = problemOf(error, `${target.hostname}:${target.port}`);
  if (target.secure || !['connection-lost', 'answer-invalid'].includes(problem.code)) return problem;
  // A TLS server hangs up on plain http or answers in its own binary: a handshake tells it from a broken network.
  const secure = await shownCertificate(createDial(connection), { ...target, secure: true }).catch(() => undefined);
  return secure ? httpsInsteadOfHttp(target.hostname, formatCertificate(secure)) : problem;
}

export function httpsInsteadOfHttp(host: string, detail?: string): ProblemError {
  return new ProblemError('https-instead-of-http', {
    message: `${host} wants https on this port, and was spoken to in plain http.`,
    next: 'Use https: leave out http://.',
    command: 'Leave out --plain-http and http://.',
    detail,
  });
}

function problemOf(error: unknown, host: string): ProblemError {
  const { code = '', name = '', message = '' } = firstCause(error);
  const { code: problem, what, next, command } = kinds[code] ?? byShape(code, name);
  return new ProblemError(problem, {
    message: `${host} ${what}.`,
    next,
    command,
    detail: printable(`${code} ${message}`.trim()).slice(0, 500),
    cause: error,
  });
}

function byShape(code: string, name: string): Kind {
  if (name === 'AbortError' || name === 'TimeoutError') return late;
  if (/^ERR_(?:SSL|TLS)_|^EPROTO$|CERT/.test(code)) return tlsFailed;
  return /^HPE_/.test(code) || name === 'HTTPParserError' ? unreadable : lost;
}

/** Happy eyeballs collect one error per address in an AggregateError; the first tells the story. */
function firstCause(error: unknown): { code?: string; name?: string; message?: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return firstCause(error.errors[0]);
  return error instanceof Error ? error : { message: String(error) };
}
