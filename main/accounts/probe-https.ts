import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Host } from '../../shared/reference.js';

/** Loopback answers within milliseconds; a server that says nothing for this long is not judged by its silence. */
const patience = 3_000;

/**
 * Does a server on this machine speak TLS? Only for loopback hosts, where going on in plain http reaches nobody else.
 * Refusing our side of the handshake (an alert) is speaking TLS too; so, for want of better, is silence.
 * @returns undefined when nobody listens
 */
export function probeHttps(host: Host): Promise<boolean | undefined> {
  const { hostname, port } = new URL(`https://${host}`);
  const name = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host: name, port: Number(port || 443), ...(isIP(name) === 0 && { servername: name }), rejectUnauthorized: false });
    const answer = (secure: boolean | undefined): void => {
      socket.destroy();
      resolve(secure);
    };
    socket.setTimeout(patience, () => answer(true));
    socket.once('secureConnect', () => answer(true));
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => answer(code === 'ECONNREFUSED' ? undefined : /ALERT/.test(code)));
  });
}
