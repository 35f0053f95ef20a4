import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A step that takes twice its budget hangs: it is ended, so that the others still run. */
const hangFactor = 2;

/** Runs the commands of a step one after another, each in a process group of its own unless it is interactive, so that nothing outlives it. */
export class Group {
  #target;

  /** @returns {Promise<{ milliseconds: number, commands: { exitCode: number, report?: object }[] }>} */
  async run({ commands, minutes, interactive = false }) {
    const started = performance.now();
    const done = [];
    const hang = Number.isFinite(minutes) ? setTimeout(() => this.#kill(), minutes * hangFactor * 60_000) : undefined;
    for (const { command, report, flaky } of commands) {
      const exitCode = await this.#start(command, !interactive);
      done.push({ command, exitCode, flaky: (flaky && readReport(flaky)) ?? [], ...(report && { report: readReport(report) }) });
    }
    clearTimeout(hang);
    return { milliseconds: performance.now() - started, commands: done };
  }

  stop(exitCode) {
    this.#kill();
    process.exit(exitCode);
  }

  #start([command, ...args], detached) {
    return new Promise((resolve) => {
      const child = spawn(command, args, { stdio: 'inherit', detached });
      this.#target = detached ? -child.pid : child.pid;
      child.once('error', () => resolve(1));
      child.once('close', (code) => resolve(code ?? 1));
    });
  }

  #kill() {
    try {
      process.kill(this.#target, 'SIGTERM');
    } catch {
      // it ended by itself
    }
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A file that could not be loaded has no test to blame, and counts as one failure. */
const countReport = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed')).length,
  skipped: report.numPendingTests + report.numTodoTests,
});

/** What a step's commands add up to. A green exit code is not enough: a suite without tests has failed, and so has one over its budget. */
export function outcomeOf({ name, minutes, commands }, { milliseconds, commands: done }) {
  const result = { name, milliseconds, minutes, passed: 0, failed: 0, skipped: 0, flaky: done.flatMap(({ flaky = [] }) => flaky), notes: [] };
  for (const [at, { exitCode, report }] of done.entries()) {
    const counts = report ? countReport(report) : { passed: 0, failed: 0, skipped: 0 };
    result.passed += counts.passed;
    result.skipped += counts.skipped;
    result.failed += counts.failed;
    const fail = (note) => {
      result.failed += 1;
      result.notes.push(note);
    };
    if (commands[at].report && counts.passed + counts.failed === 0) fail('no tests');
    else if (exitCode !== 0 && counts.failed === 0) fail(`${basename(commands[at].command[1])} failed`);
  }
  if (result.flaky.length > 0) result.notes.push(`${result.flaky.length} flaky`);
  if (milliseconds > minutes * 60_000) {
    result.failed += 1;
    result.notes.push('over budget');
  }
  return result;
}

/** One line a step. */
export function table(results) {
  const rows = results.map(({ name, passed, failed, skipped, milliseconds, minutes, notes }) => [
    name, String(passed), String(failed), String(skipped), `${(milliseconds / 1000).toFixed(1)} s`,
    Number.isFinite(minutes) ? `${minutes} min` : '', notes.join(', '),
  ]);
  const lines = [['suite', 'passed', 'failed', 'skipped', 'time', 'budget', ''], ...rows];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) => line.map((cell, column) => (column === 0 || column === 6 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd()).join('\n');
}
