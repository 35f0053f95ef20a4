import * as z from 'zod/mini';
import { accountSchema, type Account } from '../account.js';

/** What a person types about an account. The secret crosses beside it, once, inward. */
export const accountDraftSchema = z.extend(
  z.pick(accountSchema, { host: true, kind: true, username: true, plainHttp: true, certificates: true, pinned: true, proxy: true, realms: true, expires: true }),
  { name: z.exactOptional(accountSchema.shape.name) },
);

export type AccountDraft = z.infer<typeof accountDraftSchema>;

/** Typed secrets on their way to the keychain; no answer and no event ever carries one. */
export const secretsSchema = z.strictObject({
  secret: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(64 * 1024))),
  proxyPassword: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(1024))),
});

/** An account as the window lists it: the record, and how long its secret lasts. */
export interface AccountRow extends Account {
  readonly expiry: 'unknown' | 'valid' | 'soon' | 'expired';
}

/** One step of *Check connection*, in the order in which a connection comes about. */
export interface CheckStepRow {
  readonly name: 'name' | 'proxy' | 'certificate' | 'registry' | 'sign-in' | 'repositories';
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly message: string;
  readonly next?: string;
  readonly detail?: string;
}

/** What a server shows of itself, for a person to compare before it is trusted. */
export interface ShownCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** ISO times. */
  readonly validFrom: string;
  readonly validTo: string;
  /** SHA-256, as `pinned` takes it. */
  readonly fingerprint: string;
  readonly names: readonly string[];
}

export interface CheckReport {
  readonly steps: readonly CheckStepRow[];
  readonly healthy: boolean;
  /** Where the certificate is what failed: the one to trust for this account only. */
  readonly untrusted?: ShownCertificate;
  /** Where the sign-in would go to another site: the origin that this account may be allowed to send its secret to. */
  readonly realm?: string;
}

/** An account was kept; `sessionOnly` says why its secret was not. */
export interface KeptAccount {
  readonly account: AccountRow;
  readonly sessionOnly?: { readonly message: string; readonly next: string };
}
