/** The projects of vitest.config.ts that hold tests of faults, in the order in which they are run. */
export const suites: readonly string[] = ['unit', 'e2e', 'window', 'interop', 'long'];

/** Of `test/unit/…` it is `unit`. */
export const suiteOf = (file: string): string => file.split('/')[1] ?? '';
