import { devDependencies } from '../../package.json';

const major = (version: string): string => /\d+/.exec(version)?.[0] ?? '';

/** `-electron33` where Longshore runs on another Electron than the one it was made for: such a build is not for release. */
export function edition(running: string = process.versions.electron ?? '', pinned: string = devDependencies.electron): string {
  return major(running) === major(pinned) ? '' : `-electron${major(running)}`;
}
