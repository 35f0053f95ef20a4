import type { RetryPolicy } from '../stores/retry.js';

/** Whom a connection believes: plain data, so that workers and windows can be given the same. */
export interface Trust {
  /** PEM certificates of authorities, in addition to Node's own roots. */
  readonly certificates: readonly string[];
  /** SHA-256 fingerprint (upper-case hex pairs with colons) of a server certificate that is accepted whoever signed it. */
  readonly pinned?: string;
  /** PEM pair that this side shows when the server asks. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** A proxy that was chosen for one host. */
export interface Proxy {
  /** `http://proxy.example:3128`, never with credentials in it. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** What signs a request in. A token is a registry's identity (refresh) token. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/** How long to wait for what, in milliseconds. */
export interface Timeouts {
  /** Name look-up, TCP, proxy and TLS together. */
  readonly connect: number;
  /** From the request's last byte to the answer's first. */
  readonly answer: number;
  /** Between two pieces of a body, while nobody but the network is waited for. */
  readonly stall: number;
  /** As `answer`, after an upload's last byte: registries on object storage copy and scan before they answer. */
  readonly commit: number;
}

export const defaultTimeouts: Timeouts = { connect: 15_000, answer: 60_000, stall: 60_000, commit: 600_000 };

/** Everything needed to talk to one registry as one account. */
export interface Connection {
  /** As typed and shown: `harbor.example.com`, `localhost:5000`, `docker.io`. */
  readonly host: string;
  readonly plainHttp: boolean;
  readonly trust: Trust;
  readonly proxy?: Proxy;
  /** Asked at most once a token request, so that a rotated secret is used at once. Undefined: anonymous. */
  readonly credentials?: () => Promise<Credentials | undefined>;
  /** Origins of token services that this account's user agreed to, beyond the registry's own and the built-in list. */
  readonly realms?: readonly string[];
  readonly retry?: RetryPolicy;
  readonly timeouts?: Partial<Timeouts>;
  /** In place of the profile's: what the registry, and the proxies before it, take in one request, in bytes. */
  readonly uploads?: { readonly monolithicBytes?: number; readonly chunkBytes?: number };
  /**
   * `name:port` -> `address:port` that is dialled in its stead, as curl's `--connect-to`. Certificates are verified and
   * redirects judged by the name, which thereby counts as public.
   */
  readonly connectTo?: Readonly<Record<string, string>>;
}
