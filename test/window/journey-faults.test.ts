import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, selfSigned, type Authority } from '../fake/certificates.js';
import { reply } from '../fake/reply.js';
import { startFakeRegistry, type FakeOptions, type FakeRegistry } from '../fake/registry.js';
import { openJourney, see, type Journey } from './journey.js';

// Each row: what a person does wrong, or what is wrong at the other end; and what is said of it beside it: what, why, what next.

const password = randomBytes(12).toString('base64url');
const kinds = ['open', 'page', 'portal', 'guarded', 'trusted', 'selfSigned', 'expired', 'elsewhere', 'gone'] as const;

let folder: string;
let authority: Authority;
let registries: Record<(typeof kinds)[number], FakeRegistry>;
let window: Journey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-faults-'));
  authority = await createAuthority();
  await writeFile(join(folder, 'authority.pem'), authority.cert);
  const options: Record<(typeof kinds)[number], FakeOptions> = {
    open: {},
    page: { quirk: () => reply(200, { 'content-type': 'text/html' }, '<html>Welcome</html>') },
    portal: { quirk: ({ path }) => (path.startsWith('/v2/') ? reply(302, { location: `http://${registries.page.host}/sign-in` }) : undefined) },
    guarded: { signIn: { scheme: 'basic', username: 'crane', password } },
    trusted: { tls: await authority.issue() },
    selfSigned: { tls: await selfSigned() },
    expired: { tls: await authority.issue({ expired: true }) },
    elsewhere: { tls: await authority.issue({ names: ['DNS:other.example.com'] }) },
    gone: {},
  };
  registries = Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await startFakeRegistry(options[kind])]))) as typeof registries;
  registries.open.putImage('team/app', '1.0');
  await registries.gone.close();
  const draft = { host: registries.open.host, name: 'Open', kind: 'anonymous' as const, plainHttp: true, certificates: [], realms: [] };
  window = await openJourney([{ draft }], { env: { SSL_CERT_FILE: join(folder, 'authority.pem') } });
});

afterAll(async () => {
  expect(window.complaints).toEqual([]);
  await window.close();
  await Promise.all(kinds.filter((kind) => kind !== 'gone').map((kind) => registries[kind].close()));
  await authority.remove();
  await rm(folder, { recursive: true });
});

const press = (...keys: readonly string[]): Promise<void> => keys.reduce((before, key) => before.then(() => window.page.keyboard.press(key)), Promise.resolve());
const checked = (): Locator => window.page.getByRole('complementary', { name: 'Check connection' });
const address = (): Locator => window.page.getByRole('textbox', { name: 'Address', exact: true });

/** A step, an alert, a field: it says these, without what is folded, and nothing that only helps at a command line. */
async function seeSaid(place: Locator, ...said: readonly (string | RegExp)[]): Promise<void> {
  for (const words of said) await see(place).toContainText(words, { useInnerText: true });
  expect(await place.innerText()).not.toMatch(/\blongshore \w|(?:^|\s)--[a-z]/);
}

/** Begins an account anew; the focus is on its address. */
async function begin(text: string): Promise<void> {
  await press('Control+,');
  await window.page.getByRole('main', { name: 'Settings' }).waitFor();
  await press('Control+n');
  await see(address()).toBeFocused();
  await window.page.keyboard.type(text);
}

async function check(text: string): Promise<void> {
  await begin(text);
  await window.page.getByRole('radio', { name: 'Nothing: anonymous' }).check();
  await address().focus();
  await press('Enter');
}

const failed = (name: string): Locator => checked().getByRole('listitem').filter({ hasText: `${name}, failed` });

describe('an address', () => {
  it.each([
    ['a port', 'harbor.example.com:8443', 'https://harbor.example.com:8443'],
    ['a scheme, a path and spaces around it', '  https://harbor.example.com/harbor/projects ', 'https://harbor.example.com'],
    ['a slash behind it', 'harbor.example.com/', 'https://harbor.example.com'],
    ['letters beyond ASCII', 'bücher.example', 'https://xn--bcher-kva.example'],
    ['http:// before it', 'http://harbor.example.com', 'http://harbor.example.com'],
  ])('is understood with %s', async (_, text, url) => {
    await begin(text);
    await see(checked().getByText(url, { exact: true })).toBeVisible();
  });

  it.each([
    ['of another protocol', 'ftp://example.com', 'ftp:// is not spoken by registries'],
    ['of two words', 'two words', 'it has a space or a control character in it'],
    ['without the port after its colon', 'example.com:', 'the port after the colon is missing'],
    ['with a port that there is not', 'example.com:99999', 'it cannot be read as a host name'],
    ['with an underscore', 'a_b.example.com', 'it has characters that a host name cannot have'],
  ])('%s is refused at its field', async (_, text, why) => {
    await check(text);
    await see(address()).toHaveAttribute('aria-invalid', 'true');
    await see(address()).toBeFocused();
    await seeSaid(window.page.locator('.field').filter({ has: address() }), text, why, 'Type the host name alone, with a port if it has one');
  });

  it('with a password in it is refused, and the password not repeated', async () => {
    await check('https://crane:hunter2@example.com');
    const field = window.page.locator('.field').filter({ has: address() });
    await seeSaid(field, 'user and password', 'Type the host name alone');
    expect(await field.innerText()).not.toContain('hunter2');
  });
});

describe('a host', () => {
  it.each<[what: string, host: () => string, step: string, ...said: (string | RegExp)[]]>([
    ['that nobody knows', () => 'registry.invalid', 'Name found', 'registry.invalid', /name service/, /Check the (?:spelling|network)/],
    ['where nobody listens', () => registries.gone.host, 'Registry answers', 'refused the connection', '127.0.0.1', 'Check the port'],
    ['that answers with a web page', () => registries.page.host, 'Registry answers', 'is no container registry', '127.0.0.1', 'Check the address: a web page'],
    ['behind a portal that wants a sign-in first', () => registries.portal.host, 'Registry answers', 'is no container registry', '127.0.0.1', 'Check the address'],
    ['that speaks no TLS', () => registries.open.host.replace('127.0.0.1', '0.0.0.0'), 'Certificate', 'does not speak TLS on this port', '0.0.0.0', 'Check the port'],
    ['that speaks TLS, and was named with http://', () => `http://${registries.trusted.host}`, 'Registry answers', 'wants https on this port', '127.0.0.1', 'http://'],
    ['whose certificate has ended', () => registries.expired.host, 'Certificate', 'a certificate that is not valid today', '127.0.0.1', 'Check the clock of this machine'],
    ['whose certificate is for another', () => registries.elsewhere.host, 'Certificate', 'shows the certificate of another host', '127.0.0.1', 'Use the name that the certificate is made for'],
  ])('%s is told at the step that failed', async (_, host, step, ...said) => {
    await check(host());
    await seeSaid(failed(step), ...said);
    await see(window.page.getByText('The connection does not work yet.')).toBeVisible();
    await see(window.page.getByRole('heading', { name: /is not known$/ })).toHaveCount(0);
  });

  it('that signed its certificate itself is shown with it, and nothing was sent', async () => {
    await check(registries.selfSigned.host);
    await seeSaid(failed('Certificate'), 'an authority that this machine does not trust', "authority's certificate");
    await see(window.page.getByRole('heading', { name: `The certificate of ${registries.selfSigned.host} is not known` })).toBeVisible();
    await see(window.page.getByText('Your secret has not been sent.')).toBeVisible();
    expect(registries.selfSigned.requests).toEqual([]);
  });

  it('that does not take the password says so, and it can be typed again at once', async () => {
    await begin(registries.guarded.host);
    await press('Tab', 'Tab', 'Tab');
    await window.page.keyboard.type('crane');
    await press('Tab');
    await window.page.keyboard.type('wrong');
    await press('Enter');
    await seeSaid(failed('Sign in'), 'it does not accept the user name and password', 'an expired token or a changed password looks like this');
    await see(window.page.locator('input[name="secret"]')).toBeFocused();
    await press('Control+a');
    await window.page.keyboard.type(password);
    await press('Enter');
    await see(window.page.getByText('The connection works.')).toBeVisible();
  });
});

describe('a place at a registry', () => {
  it.each([
    ['a repository', 'team/gone', 'there is no such repository'],
    ['a tag', 'team/app:2.0', 'there is no such tag or digest'],
  ])('without %s says so on its page', async (_, name, why) => {
    await press('Control+l');
    await window.page.keyboard.type(`${registries.open.host}/${name}`);
    await press('Enter');
    await seeSaid(window.page.getByRole('main').getByRole('alert'), name, registries.open.host, why, 'Check the spelling');
    await see(window.page.getByRole('main').getByRole('button', { name: 'Try again' })).toBeVisible();
  });
});
