import { mkdirSync, writeFileSync } from 'node:fs';

/** Vitest's reporter of tests that were red first and green on their second try: a JSON list of their names for each project. */
export default class FlakyReporter {
  onTestRunEnd(modules) {
    const names = new Map(modules.map(({ project }) => [project.name, []]));
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        if (test.diagnostic()?.flaky) names.get(module.project.name).push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    mkdirSync('.cache/reports', { recursive: true });
    for (const [project, tests] of names) writeFileSync(`.cache/reports/${project}.flaky.json`, JSON.stringify(tests));
  }
}
