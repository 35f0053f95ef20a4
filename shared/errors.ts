/** The part of the way between a person and an image that failed. It decides the exit code (docs/exit-codes.md). */
export type Layer =
  | 'usage'
  | 'name'
  | 'network'
  | 'tls'
  | 'proxy'
  | 'authentication'
  | 'permission'
  | 'policy'
  | 'registry'
  | 'content'
  | 'disk'
  | 'keychain'
  | 'cancelled'
  | 'internal';

interface Kind {
  readonly layer: Layer;
  /** May the same call succeed when it is simply made again? Only one layer of the code asks this (main/stores/retry.ts). */
  readonly retryable: boolean;
}

const kind = (layer: Layer, retryable = false): Kind => ({ layer, retryable });

/** Every way in which Longshore can fail: a closed list, so that the window and the command line say the same. */
export const problemKinds = {
  'usage-invalid': kind('usage'),
  'address-invalid': kind('usage'),
  'reference-invalid': kind('usage'),
  'account-unknown': kind('usage'),
  'account-ambiguous': kind('usage'),
  'confirmation-required': kind('usage'),
  'plain-http-refused': kind('usage'),

  'name-not-found': kind('name'),
  'name-lookup-failed': kind('name', true),

  'connection-refused': kind('network', true),
  'connection-lost': kind('network', true),
  'timed-out': kind('network', true),
  'redirect-refused': kind('network'),

  'certificate-unreadable': kind('tls'),
  'certificate-untrusted': kind('tls'),
  'certificate-expired': kind('tls'),
  'certificate-wrong-host': kind('tls'),
  'certificate-changed': kind('tls'),
  'tls-failed': kind('tls'),
  'http-instead-of-https': kind('tls'),
  'https-instead-of-http': kind('tls'),

  'proxy-unreachable': kind('proxy', true),
  'proxy-authentication': kind('proxy'),
  'proxy-refused': kind('proxy'),

  'credentials-required': kind('authentication'),
  'credentials-rejected': kind('authentication'),
  'realm-refused': kind('authentication'),
  'token-invalid': kind('authentication'),

  'permission-denied': kind('permission'),

  'tag-exists': kind('policy'),
  'tag-immutable': kind('policy'),
  'policy-refused': kind('policy'),
  'quota-exceeded': kind('policy'),
  'rate-limited': kind('policy', true),
  'not-supported': kind('policy'),

  'not-a-registry': kind('registry'),
  'repository-unknown': kind('registry'),
  'manifest-unknown': kind('registry'),
  'blob-unknown': kind('registry'),
  'upload-invalid': kind('registry', true),
  'upload-too-large': kind('registry'),
  'registry-failed': kind('registry', true),
  'registry-refused': kind('registry'),
  'answer-invalid': kind('registry'),

  'digest-mismatch': kind('content'),
  'size-mismatch': kind('content'),
  'manifest-invalid': kind('content'),
  'manifest-too-large': kind('content'),
  'manifest-schema1': kind('content'),
  'platform-missing': kind('content'),
  'archive-invalid': kind('content'),
  'archive-truncated': kind('content'),
  'archive-unsupported': kind('content'),
  'image-unknown': kind('content'),
  'image-ambiguous': kind('content'),
  'library-damaged': kind('content'),

  'disk-full': kind('disk'),
  'disk-denied': kind('disk'),
  'disk-failed': kind('disk'),
  'target-exists': kind('disk'),
  'target-kept': kind('disk'),
  'output-closed': kind('disk'),
  'file-unknown': kind('disk'),
  'locked': kind('disk', true),
  'settings-newer': kind('disk'),

  'keychain-missing': kind('keychain'),
  'keychain-locked': kind('keychain'),
  'keychain-failed': kind('keychain'),

  'cancelled': kind('cancelled'),
  'internal': kind('internal'),
} as const satisfies Record<string, Kind>;

export type ProblemCode = keyof typeof problemKinds;

/** What went wrong, as plain data: it crosses to the window and to `--json` as it stands. Never holds a secret. */
export interface Problem {
  readonly code: ProblemCode;
  readonly layer: Layer;
  /** What happened, one sentence, naming the host, file or reference. */
  readonly message: string;
  /** What the person can do next, one sentence that holds at a window and at a command line. */
  readonly next: string;
  /** What the command line says in place of `next`, where it has a verb or an option for it. */
  readonly command?: string;
  readonly retryable: boolean;
  /** Redacted particulars for a bug report: status, server's own words, request id. */
  readonly detail?: string;
  /** Seconds that the server asked us to wait. */
  readonly retryAfter?: number;
  /** Of `disk-full`: the file that there was no room for. */
  readonly path?: string;
  /** Of `realm-refused`: the origin that would be sent the secret, where a person may agree to that. */
  readonly realm?: string;
}

interface ProblemParts {
  readonly message: string;
  readonly next: string;
  readonly command?: string | undefined;
  readonly detail?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly path?: string | undefined;
  readonly realm?: string | undefined;
  readonly cause?: unknown;
}

/** The one error class that Longshore throws on purpose. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(code: ProblemCode, parts: ProblemParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'ProblemError';
    this.problem = {
      code,
      layer: problemKinds[code].layer,
      message: parts.message,
      next: parts.next,
      retryable: problemKinds[code].retryable,
      ...(parts.command !== undefined && { command: parts.command }),
      ...(parts.detail !== undefined && { detail: parts.detail }),
      ...(parts.retryAfter !== undefined && { retryAfter: parts.retryAfter }),
      ...(parts.path !== undefined && { path: parts.path }),
      ...(parts.realm !== undefined && { realm: parts.realm }),
    };
  }

  get code(): ProblemCode {
    return this.problem.code;
  }
}

/** Is this a problem with one of the given codes? */
export function isProblem(error: unknown, ...codes: ProblemCode[]): error is ProblemError {
  return error instanceof ProblemError && (codes.length === 0 || codes.includes(error.code));
}

/** The exit code of the command line for a problem's layer; 10 to 19 are kept for gates. Documented in docs/exit-codes.md. */
export const exitCodes: Record<Layer, number> = {
  internal: 1,
  usage: 2,
  registry: 3,
  name: 4,
  network: 5,
  tls: 6,
  proxy: 7,
  authentication: 8,
  permission: 9,
  policy: 20,
  content: 21,
  disk: 22,
  keychain: 23,
  cancelled: 130,
};
