import { describe, expect, test } from 'vitest';
import { writePage } from '../../../scripts/conformance/page.js';
import { count, readReport } from '../../../scripts/conformance/report.js';

const workflows = `<testsuites><testsuite name="conformance tests">
  <testcase name="[ReportAfterSuite] custom" classname="x" status="passed" time="0"></testcase>
  <testcase name="OCI Distribution Conformance Tests Push Setup &#34;a&#34; &lt;b&gt;" classname="x" status="passed" time="0.1"></testcase>
  <testcase name="OCI Distribution Conformance Tests Content Discovery Setup tags" classname="x" status="skipped" time="0"><skipped message="x"></skipped></testcase>
  <testcase name="OCI Distribution Conformance Tests Push PUT" classname="x" status="panicked" time="0"><error/></testcase>
</testsuite></testsuites>`;

const paths = `<testsuites><testsuite name="OCI Conformance Test">
  <testcase name="OCI Conformance Test/ping" classname="" time="0.1" status="passed"></testcase>
  <testcase name="OCI Conformance Test/sha512 blobs/stream/blob-get" classname="" time="0.1" status="failure"></testcase>
</testsuite></testsuites>`;

describe('the report of the conformance suite', () => {
  test('is read by workflow, and whatever neither passed nor was skipped has failed', () => {
    expect(readReport(workflows)).toEqual([
      { group: 'Push', name: 'Setup "a" <b>', result: 'passed' },
      { group: 'Content Discovery', name: 'Setup tags', result: 'skipped' },
      { group: 'Push', name: 'PUT', result: 'failed' },
    ]);
  });

  test('of the newer suite is read by path', () => {
    expect(readReport(paths)).toEqual([
      { group: 'ping', name: 'ping', result: 'passed' },
      { group: 'sha512 blobs', name: 'stream/blob-get', result: 'failed' },
    ]);
  });

  test('without checks is empty', () => {
    expect([readReport(''), readReport('<testsuites/>')]).toEqual([[], []]);
  });

  test('becomes a table that marks failures and names what was skipped', () => {
    const checks = readReport(workflows);
    expect(count(checks)).toEqual({ passed: 1, failed: 1, skipped: 1 });
    const page = writePage([{ suite: 'conformance (sha256:abc)', columns: [{ registry: 'ours', checks }, { registry: 'theirs', checks: checks.slice(0, 1) }] }]);
    expect(page).toContain('| Push | ✗ 1 / 1 / 0 | 1 / 0 / 0 |');
    expect(page).toContain('| **All** | **✗ 1 / 1 / 1** | **1 / 0 / 0** |');
    expect(page).toContain('- Content Discovery: Setup tags');
  });
});
