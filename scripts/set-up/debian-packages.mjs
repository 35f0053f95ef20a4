import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run, StepError } from '../run.mjs';

const demo = [
  // a registry that we did not write, with TLS and htpasswd
  'docker-registry', 'apache2-utils', 'openssl', 'ca-certificates',
  // what the demo images are made of
  'busybox-static',
  // keytar is compiled here
  'libsecret-1-dev', 'g++', 'make', 'python3', 'pkg-config',
  // the window, and a display for it where there is none
  'xvfb', 'xauth', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libatk-bridge2.0-0', 'libcups2', 'libdrm2', 'libxkbcommon0', 'libxcomposite1', 'libxdamage1', 'libxrandr2',
  // Electron's runtime comes in a zip
  'unzip',
];

const packaging = [
  // the mark in every size; archives
  'librsvg2-bin', 'p7zip-full',
];

const packages = {
  demo,
  package: [...demo, ...packaging],
  test: [
    ...demo,
    ...packaging,
    // other people's tools judge our archives and our registry
    'skopeo', 'podman', 'crun', 'containerd', 'docker.io',
    // what our own package asks for, and what knows menus and openers
    'libnotify4', 'libxss1', 'libxtst6', 'libatspi2.0-0', 'libuuid1', 'libsecret-1-0', 'xdg-utils', 'desktop-file-utils',
    // a real page tries to reach `longshore serve`
    'chromium',
    // the window's pictures: in fonts that people have, and small
    'fonts-inter', 'fonts-jetbrains-mono', 'pngquant',
    // a real keychain
    'gnome-keyring', 'dbus', 'libsecret-tools',
    // archives as other people compress them
    'zstd', 'xz-utils', 'bzip2',
    // peak memory of what is measured
    'time',
    // shells whose completion is tried out
    'zsh', 'fish',
  ],
};

/** Some of these packages start services on fixed ports; we start our own on free ones. */
const installScript = `
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get -q -o Acquire::Retries=3 update
apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@"
`;

function missingOf(names) {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\\n', ...names], { encoding: 'utf8' });
  if (query.error) {
    throw new StepError('This machine has no dpkg-query: it is not a Debian.', `Use Debian 12 or newer, for instance in a container. Needed: ${names.join(' ')}`);
  }
  const present = new Set(query.stdout.split('\n').map((line) => /^installed (.+)$/.exec(line)?.[1]));
  return names.filter((name) => !present.has(name));
}

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** The words in front of a command that make it run as root. */
function asRoot(missing) {
  if (process.getuid() === 0) return [];
  if (works('sudo', '-n', 'true')) return ['sudo', '-n'];
  if (process.stdin.isTTY && works('sudo', '-V')) return ['sudo'];
  throw new StepError(
    `These Debian packages are missing, and installing them needs root or sudo: ${missing.join(' ')}`,
    `Run this as root, then start again:\n  apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`,
  );
}

/** Installs what is missing for the purpose, and nothing else. */
export async function debianPackages({ purpose, say }) {
  const wanted = packages[purpose];
  const missing = missingOf(wanted);
  if (missing.length === 0) return `all ${wanted.length} are there`;
  const command = [...asRoot(missing), 'sh', '-c', installScript, 'sh', ...missing];
  say(`installing ${missing.join(' ')}`);
  await run(command[0], command.slice(1), {
    next: 'Check the network and /etc/apt/sources.list, then start again: what is installed already is kept.',
    interactive: true,
  });
  if (existsSync('/run/systemd/system')) say('their services were not started; `systemctl disable --now docker-registry docker containerd` keeps them off after a restart too');
  return `installed ${missing.length}`;
}
