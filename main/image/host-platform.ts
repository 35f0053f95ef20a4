import type { Platform } from '../../shared/platform.js';

const architectures: Readonly<Record<string, Platform>> = {
  x64: { os: 'linux', architecture: 'amd64' },
  arm64: { os: 'linux', architecture: 'arm64' },
  arm: { os: 'linux', architecture: 'arm', variant: 'v7' },
  ppc64: { os: 'linux', architecture: 'ppc64le' },
  s390x: { os: 'linux', architecture: 's390x' },
  riscv64: { os: 'linux', architecture: 'riscv64' },
};

/** What containers on this machine run on: Linux, whatever the desktop is, on the machine's architecture. */
export const hostPlatform: Platform = architectures[process.arch] ?? { os: 'linux', architecture: process.arch };
