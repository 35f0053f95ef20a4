import { z } from 'zod';
import { isHost } from './reference.js';

/** A PEM block; what it holds is checked where it is loaded. */
const pem = z.string().regex(/^-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\n*$/);

/** `https://auth.example.com:8443`: nothing but scheme, host and port. */
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, 'is not an origin');

const proxySchema = z.strictObject({
  /** `http://proxy.example.com:3128`; user and password never stand in it. */
  url: origin,
  username: z.string().min(1).exactOptional(),
});

/** Strict: a field that is not listed here, such as a password written by hand, makes the record invalid. */
export const accountSchema = z.strictObject({
  id: z.uuid(),
  /** As the person calls it; unique. */
  name: z.string().min(1).max(100),
  host: z.string().refine(isHost, 'is not a host'),
  kind: z.enum(['password', 'token', 'anonymous']),
  username: z.string().min(1).exactOptional(),
  plainHttp: z.boolean(),
  /** Authorities that this account trusts besides the system's, as PEM text: copied, so that the file may go. */
  certificates: z.array(pem),
  /** SHA-256 fingerprint of the one server certificate that is accepted, as in `Trust.pinned`. */
  pinned: z.string().regex(/^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$/).exactOptional(),
  proxy: proxySchema.exactOptional(),
  /** Origins of token services that the person agreed to. */
  realms: z.array(origin),
  /** When the secret stops working: said by the person, or read from the token itself. */
  expires: z.strictObject({ at: z.iso.datetime(), from: z.enum(['typed', 'token']) }).exactOptional(),
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
