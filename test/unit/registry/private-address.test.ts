import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { isPrivateName, publicLookup, resolvesToPrivate } from '../../../main/registry/private-address.js';

const hostname = (host: string): string => new URL(`http://${host}/`).hostname;

describe('private addresses', () => {
  it.each([
    '127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0',
    '[::1]', '[::]', '[fe80::1]', '[fd00::1]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[64:ff9b::10.0.0.1]',
    'localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'metadata.google.internal', 'printer.local', 'registry',
  ])('counts %s as private', (host) => {
    expect(isPrivateName(hostname(host))).toBe(true);
  });

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '[2606:4700::1111]', '[::ffff:1.1.1.1]', 'registry.example.com', 'localhost.example.com', 'internal.example.com'])('counts %s as public', (host) => {
    expect(isPrivateName(hostname(host))).toBe(false);
  });

  it('follows names to the addresses behind them', async () => {
    expect(await resolvesToPrivate('localhost')).toBe(true);
    const looked = new Promise((resolve) => publicLookup('localhost', {}, (error, address: string | LookupAddress[]) => resolve(error ?? address)));
    expect(await looked).toMatchObject({ code: 'ERR_PRIVATE_ADDRESS' });
  });

  it('gives public addresses in the form that was asked for', async () => {
    const look = (options: object) => new Promise((resolve) => publicLookup('1.1.1.1', options, (error, ...found) => resolve(error ?? found)));
    expect(await look({})).toEqual(['1.1.1.1', 4]);
    expect(await look({ all: true })).toEqual([[{ address: '1.1.1.1', family: 4 }]]);
  });
});
