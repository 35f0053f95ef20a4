import * as z from 'zod/mini';
import { isHost } from './reference.js';

/** A PEM block; what it holds is checked where it is loaded. */
const pem = z.string().check(z.regex(/^-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\n*$/));

/** `https://auth.example.com:8443`: nothing but scheme, host and port. */
const origin = z.string().check(z.refine((text) => URL.canParse(text) && new URL(text).origin === text, 'is not an origin'));

const proxySchema = z.strictObject({
  /** `http://proxy.example.com:3128`; user and password never stand in it. */
  url: origin,
  username: z.exactOptional(z.string().check(z.minLength(1))),
});

/** Strict: a field that is not listed here, such as a password written by hand, makes the record invalid. */
export const accountSchema = z.strictObject({
  id: z.uuid(),
  /** As the person calls it; unique. */
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  host: z.string().check(z.refine(isHost, 'is not a host')),
  kind: z.enum(['password', 'token', 'anonymous']),
  username: z.exactOptional(z.string().check(z.minLength(1))),
  plainHttp: z.boolean(),
  /** Authorities that this account trusts besides the system's, as PEM text: copied, so that the file may go. */
  certificates: z.array(pem),
  /** SHA-256 fingerprint of the one server certificate that is accepted, as in `Trust.pinned`. */
  pinned: z.exactOptional(z.string().check(z.regex(/^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$/))),
  proxy: z.exactOptional(proxySchema),
  /** Origins of token services that the person agreed to. */
  realms: z.array(origin),
  /** When the secret stops working: said by the person, or read from the token itself. */
  expires: z.exactOptional(z.strictObject({ at: z.iso.datetime(), from: z.enum(['typed', 'token']) })),
  created: z.iso.datetime(),
});

/** Who someone is at a registry. Never holds a secret: those are in the keychain under the account's id. */
export type Account = Readonly<z.infer<typeof accountSchema>>;

/** The file of all accounts, version 1. */
export const accountsSchema = z.strictObject({
  version: z.literal(1),
  accounts: z.array(accountSchema),
});

export type AccountsRecord = Readonly<z.infer<typeof accountsSchema>>;
