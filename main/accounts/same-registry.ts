import type { Host } from '../../shared/reference.js';
import { baseUrl } from '../registry/profiles.js';

/** Told by where the protocol is spoken: `index.docker.io` is `docker.io`, port 443 is no port, case does not count. */
export function isSameRegistry(one: Host, other: Host): boolean {
  return endpointOf(one) === endpointOf(other);
}

function endpointOf(host: Host): string {
  return baseUrl({ host, plainHttp: false }).host;
}
