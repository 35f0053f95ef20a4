import { ProblemError, type ProblemCode } from '../../shared/errors.js';
import { printable } from '../../shared/format.js';
import { redact } from '../../shared/redact.js';
import type { Answer } from './exchange.js';
import { httpsInsteadOfHttp } from './failures.js';
import type { Network } from './network.js';
import { readLimited } from './reading.js';

/** What a request was for, so that a refusal can be told in the words of the person who asked. */
export interface Purpose {
  /** Completes "Could not …": `read the manifest of team/app:1.0`. */
  readonly action: string;
  /** What a plain 404 means. */
  readonly missing: ProblemCode;
  /** The request is a step of an upload, which may begin anew. */
  readonly upload?: boolean;
}

/** Who asked: it decides what a 401 means. */
export interface Asker {
  readonly host: string;
  /** Where the request was meant for: a refusal from elsewhere is not about the account. */
  readonly origin: string;
  /** `token`: the token service knew us and the registry refused all the same. */
  readonly signedIn: 'no' | 'password' | 'token';
  /** What must not stand in a message, should the server repeat it. */
  readonly secrets: readonly string[];
}

/** Registries' errors have a few hundred bytes; a proxy's HTML page some thousand. */
const maxErrorBytes = 64 * 1024;
const maxWords = 1000;

type Row = readonly [code: ProblemCode, why: string, next: string, more?: { readonly command: string }];

const checkName = 'Check the spelling; registries also say this when you may not see it.';
const again = 'Try again.';

const rows = {
  signIn: ['credentials-required', 'it wants you to sign in', 'Sign in with a user or a token.', { command: 'Sign in with `longshore login HOST`.' }],
  rejected: ['credentials-rejected', 'it does not accept the user name and password', 'Sign in anew with another secret; an expired token or a changed password looks like this.', { command: 'Sign in anew with `longshore login HOST`; an expired token or a changed password looks like this.' }],
  denied: ['permission-denied', 'this account may not do that', 'Ask whoever runs the project for the right, or use another account.', { command: 'Ask whoever runs the project for the right, or use another account with --account.' }],
  repository: ['repository-unknown', 'there is no such repository', checkName],
  manifest: ['manifest-unknown', 'there is no such tag or digest', checkName],
  blob: ['blob-unknown', 'it does not have this data', 'The image at the registry is damaged or was cleaned up; it must be pushed again.'],
  immutable: ['tag-immutable', 'the tag is immutable there', 'Choose another tag, or change the rule of the repository.'],
  readOnly: ['policy-refused', 'it is in read-only mode', 'Try again later, or ask whoever runs the registry.'],
  policy: ['policy-refused', 'a rule there forbids it', 'The details hold its own words; whoever runs the project can change the rule or make an exception.'],
  quota: ['quota-exceeded', 'the quota is used up', 'Remove images there and let the registry clean up, or ask for more room.'],
  large: ['upload-too-large', 'the request is larger than it, or a proxy before it, takes', 'Raise the limit of the proxy before the registry (client_max_body_size in nginx).'],
  rate: ['rate-limited', 'too many requests', 'Wait a little; signing in often raises the limit.'],
  upload: ['upload-invalid', 'the upload was broken off on its side', again],
  name: ['reference-invalid', 'it does not take this name', 'Use another name; some registries want a project before it.'],
  content: ['manifest-invalid', 'it finds the manifest wrong', 'Push with an account of that project and all of the image, or ask whoever runs the registry what it accepts.'],
  unsupported: ['not-supported', 'it does not offer that', 'Ask whoever runs the registry whether it can be turned on.'],
  failed: ['registry-failed', 'it has a fault of its own', 'Try again later; when it stays so, report it to whoever runs the registry.'],
  storage: ['registry-failed', 'the storage that it sends to refused', 'Try again; when it stays so, report it to whoever runs the registry.'],
  alien: ['not-a-registry', 'what answers there is no container registry', 'Check the address: a web page, a sign-in portal or another service answered.'],
  refused: ['registry-refused', 'it refused', 'The details hold its own words.'],
} as const satisfies Record<string, Row>;

/** Codes of distribution-spec "Error Codes" and of distribution's own list. 401s are judged by who asked. */
const byCode: Readonly<Record<string, Row>> = {
  NAME_UNKNOWN: rows.repository,
  REPOSITORY_NOT_FOUND: rows.repository,
  MANIFEST_UNKNOWN: rows.manifest,
  BLOB_UNKNOWN: rows.blob,
  MANIFEST_BLOB_UNKNOWN: rows.blob,
  BLOB_UPLOAD_INVALID: rows.upload,
  BLOB_UPLOAD_UNKNOWN: rows.upload,
  DIGEST_INVALID: rows.upload,
  SIZE_INVALID: rows.upload,
  RANGE_INVALID: rows.upload,
  NAME_INVALID: rows.name,
  TAG_INVALID: rows.name,
  MANIFEST_INVALID: rows.content,
  DENIED: rows.denied,
  UNSUPPORTED: rows.unsupported,
  TOOMANYREQUESTS: rows.rate,
};

const byStatus: Readonly<Record<number, Row>> = {
  403: rows.denied,
  405: rows.unsupported,
  408: rows.failed,
  412: rows.policy,
  413: rows.large,
  416: rows.upload,
  425: rows.failed,
  429: rows.rate,
  499: rows.failed,
  501: rows.unsupported,
};

const byMissing: Readonly<Partial<Record<ProblemCode, Row>>> = {
  'repository-unknown': rows.repository,
  'manifest-unknown': rows.manifest,
  'blob-unknown': rows.blob,
  'upload-invalid': rows.upload,
  'not-a-registry': rows.alien,
  'not-supported': rows.unsupported,
};

/** Turns an answer that is no success into what it means for the person. Reads its body. */
export async function answerProblem(network: Network, answer: Answer, purpose: Purpose, asker: Asker, signal: AbortSignal): Promise<ProblemError> {
  const body = await readLimited(network, answer, maxErrorBytes, signal).catch(() => undefined);
  signal.throwIfAborted();
  const text = body?.toString('utf8') ?? '';
  const errors = errorsOf(text);
  const words = errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ') || text;
  if (answer.status === 400 && /HTTPS? (?:request|scheme).*HTTPS|plain HTTP request/i.test(text)) return httpsInsteadOfHttp(asker.host, clean(text, asker));
  return problem(rowOf(answer, errors[0]?.code, words, purpose, asker), purpose, asker, {
    detail: [`HTTP ${answer.status} to ${redact(answer.url.pathname)}`, requestId(answer), clean(words, asker)].filter(Boolean).join('\n'),
    retryAfter: retryAfter(answer.header('retry-after')),
  });
}

/** A page in place of an answer: a portal, a single-page application that answers everything. */
export function alienAnswer(answer: Answer, purpose: Purpose, asker: Asker): ProblemError {
  return problem(rows.alien, purpose, asker, { detail: `HTTP ${answer.status}, ${printable(answer.header('content-type') ?? 'no content type')}` });
}

export const isHtml = (answer: Answer): boolean => /^\s*(?:text\/html|application\/xhtml)/i.test(answer.header('content-type') ?? '');

/** Seconds from now, of either form. RFC 9110, 10.2.3. */
export function retryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

function problem([code, why, next, said]: Row, purpose: Purpose, { host }: Asker, more: { detail: string; retryAfter?: number | undefined }): ProblemError {
  return new ProblemError(code, {
    message: `Could not ${purpose.action} at ${host}: ${why}.`,
    next,
    command: said?.command.replace('HOST', host),
    ...more,
  });
}

function rowOf(answer: Answer, code: string | undefined, words: string, purpose: Purpose, asker: Asker): Row {
  const row = judged(answer, code, words, purpose, asker);
  // DIGEST_INVALID and 416 are also said of what is read.
  return row === rows.upload && !purpose.upload ? rows.refused : row;
}

function judged(answer: Answer, code: string | undefined, words: string, purpose: Purpose, asker: Asker): Row {
  const { status } = answer;
  if (answer.url.origin !== asker.origin && (status === 401 || status === 403)) return rows.storage;
  if (status === 401) return { no: rows.signIn, password: rows.rejected, token: rows.denied }[asker.signedIn];
  if (status >= 500 && status !== 501) return rows.failed;
  // Harbor says 412 or 403, ECR 400; only the words tell.
  if (/\bimmutab/i.test(words)) return rows.immutable;
  if (/\bquota\b/i.test(words)) return rows.quota;
  if (/\bread.only mode\b/i.test(words)) return rows.readOnly;
  if (status === 429 || status === 413) return byStatus[status] ?? rows.refused;
  const known = byCode[code ?? ''];
  if (known) return known;
  if (status === 404) return byMissing[isHtml(answer) && code === undefined ? 'not-a-registry' : purpose.missing] ?? rows.refused;
  return byStatus[status] ?? rows.refused;
}

function errorsOf(text: string): { code: string; message: string }[] {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    const list = Array.isArray(errors) ? errors.slice(0, 10) : [];
    return list.map((error: { code?: unknown; message?: unknown; detail?: unknown } | null) => ({
      code: typeof error?.code === 'string' ? error.code.toUpperCase() : '',
      message: [error?.message, error?.detail].filter((part) => typeof part === 'string' && part !== '').join(' '),
    }));
  } catch {
    return [];
  }
}

function clean(text: string, { secrets }: Asker): string {
  const plain = text.replace(/<(?:style|script)[\s\S]*?<\/(?:style|script)>|<[^>]*>/gi, ' ').replace(/\s+/g, ' ');
  return printable(redact(plain, secrets).trim()).slice(0, maxWords);
}

function requestId(answer: Answer): string {
  const id = answer.header('x-request-id') ?? answer.header('x-amzn-requestid') ?? answer.header('x-github-request-id');
  return id === undefined ? '' : `request id: ${printable(id).slice(0, 200)}`;
}
