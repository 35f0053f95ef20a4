import { notYet, provedIn, type Section } from '../row.js';

const proved = provedIn('test/unit/faults/sign-in.test.ts');
const inAuthorize = provedIn('test/unit/registry/authorize.test.ts');
const inRealm = provedIn('test/unit/registry/realm.test.ts');
const inToken = provedIn('test/unit/registry/token.test.ts');
const inChallenge = provedIn('test/unit/registry/challenge.test.ts');

const noHelper = 'passwords come from the system\'s keychain, a file or the environment: no credential helper is run yet';
const injected = (what: string): string => `a challenge > with ${what} is refused, and no token asked for`;

export const signIn: Section = {
  title: 'Signing in',
  rows: [
    inAuthorize('a realm on another host', 'refused, and said how to agree', 'the token service > is not followed with a password to another site'),
    inAuthorize('a realm on another host that the person agreed to', 'asked', 'the token service > may stand elsewhere when the person agreed'),
    inRealm('a realm of http at an https registry', 'refused', 'where credentials may go > may not go to http of an https registry'),
    inRealm('a realm at a cloud\'s metadata address', 'refused', 'where credentials may go > may not go to the metadata service of a cloud'),
    proved('a token of two megabytes', 'cut off and told', 'a token service > that sends a token of two megabytes is cut off and told'),
    proved('JSON of a token that never ends', 'cut off and told', 'a token service > that sends JSON that never ends is cut off and told'),
    inAuthorize('a page in place of a token', 'told', 'the token service > is refused an HTML page'),
    inToken('a token that does not say how long it lives', 'a minute', 'reading a token > lives by sixty seconds when nothing is said'),
    inToken('issued_at in 1970 or 2099', 'not looked at', 'reading a token > lives by its own arrival, whatever issued_at says'),
    inToken('clocks an hour apart', 'the span by the token\'s own clock', 'reading a token > lives by the span of a JWT by its own clock'),
    inAuthorize('401 again and again', 'one more try a request', 'signing in > asks no more than twice when the answer stays 401'),
    inChallenge('two challenges in one header', 'both read', 'parsing WWW-Authenticate > reads two challenges in one header'),
    inChallenge('challenges in two headers', 'both read', 'parsing WWW-Authenticate > reads challenges in two headers'),
    inAuthorize('Negotiate first', 'passed over', 'signing in > prefers Bearer and passes over schemes of company networks'),
    inChallenge('quotes without their partner', 'refused', 'parsing WWW-Authenticate > refuses a quotation mark without its partner'),
    inChallenge('a scope with commas', 'read whole', 'parsing WWW-Authenticate > reads a bearer challenge with commas in its scope'),
    proved('several scopes, by spaces', 'each asked for', 'a challenge > with several scopes, by spaces, has a token asked for with each of them'),
    provedIn('test/unit/faults/upload.test.ts')('a token that ends between the last chunk and the last request', 'a new one; no byte is sent again', 'a chunk > whose token has ended before the last request is closed with a new one'),
    notYet('a credential helper that hangs', 'given up in time', noHelper),
    notYet('a credential helper that prints 10 MB', 'cut off', noHelper),
    notYet('a credential helper that is missing', 'named', noHelper),
    notYet('a credential helper that answers `<token>`', 'an identity token', noHelper),
    provedIn('test/unit/accounts/credential-file.test.ts')('a file that has `<token>` for the user', 'an identity token', 'an entry with a token in the place of the password is understood'),
    proved('NUL in a realm', 'refused; nothing is asked', injected('a NUL in its realm')),
    proved('a line break in a realm', 'refused; nothing is asked', injected('a line break in its realm')),
    proved('NUL in a service', 'refused; nothing is asked', injected('a NUL in its service')),
    proved('a line break in a service', 'refused; nothing is asked', injected('a line break in its service')),
    inAuthorize('a line break in a token', 'refused', 'the token service > is refused a token with a line break'),
    provedIn('test/unit/accounts/secrets-stay-hidden.test.ts')('secrets in errors, notices and files', 'never', 'no error, notice or file shows a secret, whichever way things fail'),
    provedIn('test/unit/application/secrets-stay-inside.test.ts')('secrets in answers, events, journals and logs of the window', 'never', 'no answer, event or file ever holds a secret, whatever is asked and however it goes wrong'),
    provedIn('test/unit/registry/answers.test.ts')('a server that repeats a secret', 'not repeated by us', 'what a refusal means > never repeats a secret that the server repeats'),
  ],
};
