import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv4');
  // IPv4-mapped and NAT64 forms of the same machines.
  privateNetworks.addSubnet(`::ffff:${network}`, 96 + prefix, 'ipv6');
  privateNetworks.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
}
privateNetworks.addSubnet('::', 127, 'ipv6');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addSubnet('fe80::', 10, 'ipv6');

/**
 * Does this host name stand for a machine that the public internet does not reach: loopback, link-local (where clouds
 * keep their metadata service), private networks? Told by the name alone.
 * @param hostname of a `URL`, which has brought `2130706433` and `0x7f.1` to `127.0.0.1` already
 */
export function isPrivateName(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase();
  const family = isIP(name);
  if (family !== 0) return privateNetworks.check(name, family === 4 ? 'ipv4' : 'ipv6');
  return !name.includes('.') || /\.(?:localhost|local|internal|home\.arpa)$/.test(name);
}

/** Does the name lead to such a machine? A name that cannot be looked up counts as public. */
export async function resolvesToPrivate(hostname: string): Promise<boolean> {
  if (isPrivateName(hostname)) return true;
  return new Promise((resolve) => {
    lookup(hostname, { all: true }, (error, addresses) => resolve(!error && addresses.some(({ address }) => isPrivateName(address))));
  });
}

/** The code of the error that {@link publicLookup} fails with. */
export const privateAddressCode = 'ERR_PRIVATE_ADDRESS';

/** A look-up for sockets that finds public machines only: a harmless name may be pointed at a private address (DNS rebinding). */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const hidden = addresses?.find(({ address }) => isPrivateName(address));
    if (hidden) error = Object.assign(new Error(`${hostname} leads to ${hidden.address}`), { code: privateAddressCode });
    if (error) return callback(error, []);
    return options.all ? callback(null, addresses) : callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
};
