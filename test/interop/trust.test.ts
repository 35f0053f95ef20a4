import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadTrust } from '../../main/accounts/trust.js';
import { openRegistry } from '../../main/registry/registry.js';
import { createAuthority } from '../fake/certificates.js';
import { startFakeRegistry } from '../fake/registry.js';

// An authority that the machine's administrator adds, as companies do for their own registries.

const updateCertificates = () => promisify(execFile)('update-ca-certificates');

test('a registry is trusted once update-ca-certificates has taken up its authority, and no longer when it is gone', async () => {
  expect(process.getuid?.(), 'this test adds a certificate to the machine, for which it must run as root').toBe(0);
  const file = `/usr/local/share/ca-certificates/longshore-test-${process.pid}.crt`;
  const authority = await createAuthority();
  const registry = await startFakeRegistry({ tls: await authority.issue() });
  try {
    await expect(greet(registry.host)).rejects.toMatchObject({ code: 'certificate-untrusted' });
    await writeFile(file, authority.cert);
    await updateCertificates();
    expect(await greet(registry.host)).toMatchObject({ scheme: 'none' });
    await rm(file);
    await updateCertificates();
    await expect(greet(registry.host)).rejects.toMatchObject({ code: 'certificate-untrusted' });
  } finally {
    await rm(file, { force: true });
    await updateCertificates();
    await registry.close();
    await authority.remove();
  }
});

/** With the trust of this machine as it is now; the variables that would replace it are left out. */
async function greet(host: string): Promise<unknown> {
  const registry = openRegistry({ host, plainHttp: false, trust: await loadTrust(host, { env: {} }), retry: { attempts: 1, firstWait: 1, longestWait: 1 } });
  try {
    return await registry.ping({ signal: new AbortController().signal });
  } finally {
    await registry.close();
  }
}
