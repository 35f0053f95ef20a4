import { describe, expect, test } from 'vitest';
import type { ImageConfig } from '../../../main/image/config.js';
import { parseConfig } from '../../../main/image/config.js';
import { dockerfile, instructionOf, layersWithInstructions } from '../../../main/image/history.js';

const diffId = (digit: string): string => `sha256:${digit.repeat(64)}`;

function config(steps: readonly (string | { created_by: string; empty_layer: true })[], layers: readonly string[] = []): ImageConfig {
  const history = steps.map((step) => (typeof step === 'string' ? { created_by: step } : step));
  return parseConfig(Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', history, rootfs: { diff_ids: layers.map(diffId) } })), 'a test');
}

const empty = (text: string) => ({ created_by: text, empty_layer: true as const });

describe('an instruction is read from a step', () => {
  const rows: [string, string, string][] = [
    ['what runs nothing, of the first builder', '/bin/sh -c #(nop)  CMD ["/bin/sh"]', 'CMD ["/bin/sh"]'],
    ['files that were added, of the first builder', '/bin/sh -c #(nop) ADD file:9a4f77dfaba7fd2aa78186e4ef0e7486ad55101cefc1fabbc1b385601bb38920 in / ', 'ADD file:9a4f77dfaba7fd2aa78186e4ef0e7486ad55101cefc1fabbc1b385601bb38920 /'],
    ['a command, of the first builder', '/bin/sh -c apk add --no-cache curl', 'RUN apk add --no-cache curl'],
    ['a command with build arguments, of the first builder', '|2 VERSION=1.2 NAME=a b /bin/sh -c make "$VERSION"', 'RUN make "$VERSION"'],
    ['a command, of BuildKit', 'RUN /bin/sh -c apk add curl # buildkit', 'RUN apk add curl'],
    ['a command with build arguments, of BuildKit', 'RUN |1 VERSION=1.2 /bin/sh -c make # buildkit', 'RUN make'],
    ['a command in another shell', 'RUN /bin/bash -ec make # buildkit', 'RUN make'],
    ['a command without a shell', 'RUN ["/bin/make", "all"] # buildkit', 'RUN ["/bin/make", "all"]'],
    ['a copy, of BuildKit', 'COPY --chown=1:1 /src /app # buildkit', 'COPY --chown=1:1 /src /app'],
    ['ports as Go prints a map', 'EXPOSE map[443/tcp:{} 80/tcp:{}]', 'EXPOSE 443/tcp 80/tcp'],
    ['ports as Go prints a list', 'EXPOSE [80/tcp]', 'EXPOSE 80/tcp'],
    ['a health check as Go prints a struct', 'HEALTHCHECK &{["CMD-SHELL" "curl -f \\"http://localhost/\\" || exit 1"] "30s" "0s" "0s" "0s" \'\\x03\'}', 'HEALTHCHECK --interval=30s CMD curl -f "http://localhost/" || exit 1'],
    ['a step on Windows', 'cmd /S /C #(nop)  USER ContainerUser', 'USER ContainerUser'],
    ['a command on Windows', 'cmd /S /C dir C:\\', 'RUN dir C:\\'],
    ['a comment', '# debian.sh --arch amd64 out/ bookworm', '# debian.sh --arch amd64 out/ bookworm'],
    ['what another tool says', 'bazel build //app:image\nwith two lines', '# bazel build //app:image\n# with two lines'],
    ['nothing', '', '# a step without a word'],
  ];
  test.each(rows)('%s', (_, text, expected) => {
    expect(instructionOf({ createdBy: text, emptyLayer: false })).toBe(expected);
  });
});

test('a Dockerfile lists all steps, those without a layer too', () => {
  expect(dockerfile(config(['ADD rootfs.tar.gz / # buildkit', empty('CMD ["/bin/sh"]'), 'RUN /bin/sh -c make # buildkit'])))
    .toBe('FROM scratch\nADD rootfs.tar.gz /\nCMD ["/bin/sh"]\nRUN make\n');
});

test('a long command is broken where its author broke it, and means the same when it is joined again', () => {
  const text = dockerfile(config(['/bin/sh -c apt-get update     && apt-get install -y curl \tjq; \techo done']));
  expect(text).toBe('FROM scratch\nRUN apt-get update \\\n    && apt-get install -y curl \\\n\tjq; \\\n\techo done\n');
  expect(text.replaceAll('\\\n', '')).toContain('apt-get update     && apt-get install -y curl \tjq; \techo done');
});

test('an image without history shows its layers', () => {
  expect(dockerfile(config([], ['a']))).toBe(`FROM scratch\n# The image does not say how it was built.\n# A layer: ${diffId('a')}\n`);
});

test('each layer is paired with the step that made it', () => {
  expect(layersWithInstructions(config(['ADD a / # buildkit', empty('ENV x=1'), 'COPY b / # buildkit'], ['a', 'b']))).toEqual(['ADD a /', 'COPY b /']);
});

test('layers of an image whose history does not fit are paired with nothing', () => {
  expect(layersWithInstructions(config(['ADD a / # buildkit'], ['a', 'b']))).toEqual([undefined, undefined]);
});

test('a hostile run of white space costs no more than its length', () => {
  const spaces = ' '.repeat(2_000_000);
  expect(dockerfile(config([`RUN /bin/sh -c a${spaces}b`]))).toBe(`FROM scratch\nRUN a${spaces}b\n`);
});
