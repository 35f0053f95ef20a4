import { devDependencies } from '../../package.json';

const major = (version: string): string => /\d+/.exec(version)?.[0] ?? '';

/**
 * `-electron33` where Longshore runs on another Electron than the one it was made for: such a build is not for release.
 * @param running empty where there is no Electron
 */
export function edition(running: string = process.versions['electron'] ?? '', pinned: string = devDependencies.electron): string {
  return running === '' || major(running) === major(pinned) ? '' : `-electron${major(running)}`;
}
