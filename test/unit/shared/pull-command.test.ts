import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { archiveName, pullCommand, pullTools, pushCommand } from '../../../shared/pull-command.js';
import { parseReference } from '../../../shared/reference.js';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}` as const;
const byTag = parseReference('harbor.example.com/team/app:1.0');
const byDigest = parseReference(`harbor.example.com/team/app:1.0@${digest}`);
const sh = { shell: 'sh' } as const;

describe('pullCommand', () => {
  it.each([
    ['docker', 'docker pull harbor.example.com/team/app:1.0'],
    ['podman', 'podman pull harbor.example.com/team/app:1.0'],
    ['nerdctl', 'nerdctl pull harbor.example.com/team/app:1.0'],
    ['ctr', 'ctr images pull harbor.example.com/team/app:1.0'],
    ['skopeo', 'skopeo copy docker://harbor.example.com/team/app:1.0 docker-archive:app-1.0.tar:harbor.example.com/team/app:1.0'],
    ['crane', 'crane pull harbor.example.com/team/app:1.0 app-1.0.tar'],
  ] as const)('writes for %s by tag: %s', (tool, command) => expect(pullCommand(tool, byTag, sh)).toBe(command));

  it.each([
    ['docker', `docker pull harbor.example.com/team/app@${digest}`],
    ['podman', `podman pull harbor.example.com/team/app@${digest}`],
    ['nerdctl', `nerdctl pull harbor.example.com/team/app@${digest}`],
    ['ctr', `ctr images pull harbor.example.com/team/app@${digest}`],
    ['skopeo', `skopeo copy docker://harbor.example.com/team/app@${digest} docker-archive:app-0123456789ab.tar`],
    ['crane', `crane pull harbor.example.com/team/app@${digest} app-0123456789ab.tar`],
  ] as const)('writes for %s by digest: %s', (tool, command) => expect(pullCommand(tool, byDigest, sh)).toBe(command));

  it.each([
    ['docker', 'docker pull localhost:5000/app:1.0'],
    ['podman', 'podman pull --tls-verify=false localhost:5000/app:1.0'],
    ['nerdctl', 'nerdctl pull --insecure-registry localhost:5000/app:1.0'],
    ['ctr', 'ctr images pull --plain-http localhost:5000/app:1.0'],
    ['skopeo', 'skopeo copy --src-tls-verify=false docker://localhost:5000/app:1.0 docker-archive:app-1.0.tar:localhost:5000/app:1.0'],
    ['crane', 'crane pull --insecure localhost:5000/app:1.0 app-1.0.tar'],
  ] as const)('tells %s of plain http: %s', (tool, command) => {
    expect(pullCommand(tool, parseReference('localhost:5000/app:1.0'), { ...sh, plainHttp: true })).toBe(command);
  });

  it.each([
    ['sh', `docker pull '[::1]:5000/app:1.0'`],
    ['powershell', `docker pull '[::1]:5000/app:1.0'`],
    ['cmd', 'docker pull "[::1]:5000/app:1.0"'],
  ] as const)('quotes for %s: %s', (shell, command) => {
    expect(pullCommand('docker', parseReference('[::1]:5000/app:1.0'), { shell })).toBe(command);
  });

  it('reaches the tool word by word through a real shell', () => {
    for (const tool of pullTools) {
      const command = pullCommand(tool, parseReference('[::1]:5000/app:1.0'), { ...sh, plainHttp: true });
      const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' }).trimEnd().split('\n');
      expect(words.join(' '), tool).toBe(command.replaceAll(`'`, ''));
      expect(words.filter((word) => word.includes('[::1]:5000/app:1.0')).length, tool).toBeGreaterThan(0);
    }
  });
});

describe('pushCommand', () => {
  it.each([
    ['docker', 'docker push harbor.example.com/team/app:1.0'],
    ['podman', 'podman push --tls-verify=false harbor.example.com/team/app:1.0'],
    ['nerdctl', 'nerdctl push --insecure-registry harbor.example.com/team/app:1.0'],
    ['ctr', 'ctr images push --plain-http harbor.example.com/team/app:1.0'],
    ['skopeo', 'skopeo copy --dest-tls-verify=false docker-archive:app-1.0.tar docker://harbor.example.com/team/app:1.0'],
    ['crane', 'crane push --insecure app-1.0.tar harbor.example.com/team/app:1.0'],
  ] as const)('writes for %s: %s', (tool, command) => {
    expect(pushCommand(tool, byTag, { ...sh, plainHttp: true })).toBe(command);
  });
});

describe('archiveName', () => {
  it('names the repository\'s last part and the tag, or twelve digits of the digest', () => {
    expect(archiveName('team/app', '1.0')).toBe('app-1.0.tar');
    expect(archiveName('app', digest)).toBe('app-0123456789ab.tar');
  });
});
