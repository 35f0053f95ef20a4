import { isProblem, type ProblemCode } from '../../shared/errors.js';

/** OCI distribution-spec, "Error Codes"; the last three are Docker's additions that clients know. */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TAG_INVALID'
  | 'PAGINATION_NUMBER_INVALID'
  | 'UNKNOWN';

interface RefusalParts {
  /** Particulars for a program: the digests that are missing, the limit that was passed. */
  readonly detail?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of status 400 and above, thrown from wherever it is found out. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: ErrorCode, message: string, { detail, headers = {} }: RefusalParts = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }

  /** OCI distribution-spec, "Error Codes": a list of errors, each with code, message and detail. */
  get body(): string {
    const { code, message, detail } = this;
    return JSON.stringify({ errors: [{ code, message, ...(detail !== undefined && { detail }) }] });
  }
}

/** The statuses for what can go wrong inside; whatever is not listed is our own fault: 500. */
const answers: Partial<Record<ProblemCode, readonly [status: number, code: ErrorCode]>> = {
  'digest-mismatch': [400, 'DIGEST_INVALID'],
  'size-mismatch': [400, 'SIZE_INVALID'],
  'manifest-invalid': [400, 'MANIFEST_INVALID'],
  'manifest-schema1': [400, 'MANIFEST_INVALID'],
  'manifest-too-large': [413, 'MANIFEST_INVALID'],
  'manifest-unknown': [404, 'MANIFEST_UNKNOWN'],
  'image-unknown': [404, 'MANIFEST_UNKNOWN'],
  'blob-unknown': [404, 'BLOB_UNKNOWN'],
  'disk-full': [507, 'DENIED'],
  'locked': [503, 'UNKNOWN'],
};

/** Any error as the answer that a client gets. Messages name paths of this machine, so only listed ones are passed on. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const answer = isProblem(error) ? answers[error.code] : undefined;
  if (!answer || !isProblem(error)) return new Refusal(500, 'UNKNOWN', 'The registry failed; its own log says why.');
  const [status, code] = answer;
  return new Refusal(status, code, code === 'DENIED' ? 'The disk of the registry is full.' : error.problem.message);
}
