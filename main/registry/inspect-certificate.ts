import { shownCertificate, type Certificate } from './certificate.js';
import type { Connection } from './connection.js';
import { createDial, targetOf } from './dial.js';
import { connectProblem } from './failures.js';
import { baseUrl } from './profiles.js';

/**
 * Looks at the certificate that the registry shows to this connection, whether it is trusted or not. Nothing is sent.
 * @throws ProblemError of the layers below: `connection-refused`, `http-instead-of-https`, `proxy-…`
 */
export async function inspectCertificate(connection: Connection): Promise<Certificate> {
  const target = { ...targetOf(baseUrl({ ...connection, plainHttp: false })), secure: true };
  const dial = createDial(connection);
  try {
    return await shownCertificate(dial, target);
  } catch (error) {
    throw await connectProblem(error, target, connection);
  }
}
