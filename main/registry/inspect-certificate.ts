import { shownCertificate, type Certificate } from './certificate.js';
import type { Connection } from './connection.js';
import { createDial, targetOf } from './dial.js';
import { connectProblem } from './failures.js';
import { baseUrl } from './profiles.js';

interface InspectOptions {
  /** The certificate must be one that this connection trusts. */
  readonly verify?: boolean;
}

/**
 * Looks at the certificate that the registry shows to this connection, whether it is trusted or not. Nothing is sent.
 * @throws ProblemError of the layers below: `connection-refused`, `http-instead-of-https`, `proxy-…`; with `verify` also `certificate-…`
 */
export async function inspectCertificate(connection: Connection, options: InspectOptions = {}): Promise<Certificate> {
  const target = { ...targetOf(baseUrl({ ...connection, plainHttp: false })), secure: true };
  const dial = createDial(connection);
  try {
    return await shownCertificate(dial, target, options);
  } catch (error) {
    throw await connectProblem(error, target, connection);
  }
}
