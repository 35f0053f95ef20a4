import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { crash, type CrashReport } from '../../scripts/crash/crash.js';
import { works } from '../../scripts/crash/works.js';

/** One for each phase of each command; `npm run crash` has two hundred. */
const times = works.reduce((sum, { phases }) => sum + phases.length, 0);
/** One is fetched in parts, one received whole by a thread, the others by none. */
const layers = [20_000_000, 5_000_000, 1_000_000, 1000];
/** Another draw each day; a red one is repeated with `npm run crash -- --seed`. */
const seed = Math.floor(Date.now() / 86_400_000);

let folder: string;
let report: CrashReport;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-kill-'));
  report = await crash({ times, seed, layers, folder, say: (line) => console.log(line) });
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

it('kill -9 at any phase leaves nothing wrong under a final name, nothing that a run without it does not leave, and no more to send again than was being sent', () => {
  expect(report.series.flatMap(({ work, faults }) => faults.map((fault) => `${work}: ${fault}`))).toEqual([]);
});

it('each phase of each command was killed', () => {
  const killed = report.kills.map(({ work, phase }) => `${work} ${phase}`).sort();
  expect(killed).toEqual(works.flatMap(({ name, phases }) => phases.map((phase) => `${name} ${phase.name}`)).sort());
});
