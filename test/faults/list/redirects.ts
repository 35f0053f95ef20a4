import { provedIn, type Section } from '../row.js';

const proved = provedIn('test/unit/registry/redirects.test.ts');
const inAddresses = provedIn('test/unit/registry/private-address.test.ts');
const inNetwork = provedIn('test/unit/registry/network.test.ts');
const inSignIn = provedIn('test/unit/faults/sign-in.test.ts');

const refused = 'refused, unless the registry itself stands on a private network';
const hop = (where: string): string => `redirects > from https are not followed to ${where}`;
const counted = (address: string): string => `private addresses > counts ${address} as private`;

export const redirects: Section = {
  title: 'Redirects and TLS',
  rows: [
    proved('a loop of two', 'refused', 'redirects > end in a loop of two'),
    proved('a chain of eleven', 'refused after ten', 'redirects > end after ten: a chain of 11'),
    proved('from https to http', 'refused', hop('https to http')),
    proved('to file:', 'refused', hop('a file')),
    proved('to ftp:', 'refused', hop('ftp')),
    proved('from a public registry into the private network, in every spelling', 'refused; nothing is sent there', 'redirects > do not lead a public registry\'s client into the private network'),
    inAddresses('to 169.254.169.254', refused, counted('169.254.169.254')),
    inAddresses('to ::1', refused, counted('[::1]')),
    inAddresses('to `localhost.`', refused, counted('localhost.')),
    inAddresses('to IPv4 mapped into IPv6', refused, counted('[::ffff:a9fe:a9fe]')),
    inAddresses('to a decimal address', refused, counted('2130706433')),
    proved('to a name that is looked up to a private address', refused, 'redirects > do not lead there by a name that is looked up to a private address'),
    proved('into the private network, where the registry stands on it', 'followed', 'redirects > may lead to the private network when the registry stands on it'),
    inSignIn('password, token and cookies on a redirect, to another port too', 'never leave the origin', 'what signs a request in > never leaves its origin, another port of the same host included: neither password nor token nor cookie'),
    inNetwork('a self-signed certificate', 'a problem of its own; trusted by its fingerprint, for that account alone', 'trust > refuses a self-signed certificate unless it is pinned, and then that one alone'),
    inNetwork('an expired certificate', 'a problem of its own', 'trust > refuses an expired certificate of an authority it believes'),
    inNetwork('the certificate of another host', 'a problem of its own', 'trust > refuses the certificate of another host of an authority it believes'),
    inNetwork('an unknown authority', 'a problem of its own, unless the account names it', 'trust > believes an authority that the account names, and nobody unknown'),
    inNetwork('a pin, and a host that the registry sends on to', 'the pin counts for the registry alone', 'trust > holds hosts that it is sent on to against authorities, not against the pin'),
    inNetwork('a registry that wants a client certificate', 'shown to it and to nobody else', 'trust > shows the client certificate to the registry and to nobody else'),
    inNetwork('TLS 1.0 alone', 'refused as no TLS', 'what is wrong with an address > says that an old TLS is none'),
  ],
};
