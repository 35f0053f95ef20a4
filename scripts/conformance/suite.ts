import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runToEnd } from '../local/run-command.js';
import { readReport, type Check } from './report.js';

/** Both generations of the suite are configured by their environment; each ignores what it does not know. */
function environmentFor(host: string, folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    // up to v1.1.1
    OCI_ROOT_URL: `http://${host}`,
    OCI_NAMESPACE: 'conformance/first',
    OCI_CROSSMOUNT_NAMESPACE: 'conformance/second',
    OCI_AUTOMATIC_CROSSMOUNT: '1',
    OCI_TEST_PULL: '1',
    OCI_TEST_PUSH: '1',
    OCI_TEST_CONTENT_DISCOVERY: '1',
    OCI_TEST_CONTENT_MANAGEMENT: '1',
    OCI_HIDE_SKIPPED_WORKFLOWS: '0',
    OCI_REPORT_DIR: folder,
    // afterwards; what the specification leaves open is asked for too
    OCI_VERSION: '1.1',
    OCI_REGISTRY: host,
    OCI_TLS: 'disabled',
    OCI_REPO1: 'conformance/first',
    OCI_REPO2: 'conformance/second',
    OCI_API_BLOBS_DIGEST_HEADER: 'true',
    OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
    OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
    OCI_RESULTS_DIR: folder,
  };
}

/**
 * Runs one binary of the OCI distribution-spec's conformance suite against a registry without TLS.
 * @throws Error when it wrote no report, with what it printed
 */
export async function runSuite(binary: string, host: string): Promise<Check[]> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-conformance-'));
  try {
    const { code, stdout, stderr } = await runToEnd(binary, [], { env: environmentFor(host, folder), folder });
    const checks = readReport(await readFile(join(folder, 'junit.xml'), 'utf8').catch(() => ''));
    if (checks.length > 0) return checks;
    throw new Error(`${binary} ended with ${code} and wrote no report:\n${stderr}${stdout}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What tells one build of the suite from another: `go build` writes no version into all of them. */
export async function fingerprint(binary: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(binary), hash);
  return `sha256:${hash.digest('hex').slice(0, 12)}`;
}
