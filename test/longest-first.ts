import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Each of these takes longer than many others together: begun last, it would leave the other worker without work. */
const longest = ['test/window/scenes.test.ts', 'test/e2e/demo.test.ts', 'test/interop/matrix.test.ts'];

/** Begins with the longest files. Vitest itself knows them only where it has run them before, which a fresh clone has not. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ project, moduleId }: TestSpecification): boolean => longest.includes(relative(project.vitest.config.root, moduleId));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
