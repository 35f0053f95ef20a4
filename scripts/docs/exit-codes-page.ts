import { exitCodes, problemKinds, type Layer } from '../../shared/errors.js';

const meanings: Record<Layer, string> = {
  internal: 'a fault in Longshore itself',
  usage: 'the command line cannot be carried out as it was written',
  registry: 'the registry answered, but not as was needed',
  name: 'the host name was not found',
  network: 'the registry could not be reached, or the connection broke',
  tls: 'the certificate or the protocol of the connection is not right',
  proxy: 'the proxy on the way refused or failed',
  authentication: 'user, password or token are missing or wrong',
  permission: 'the account may not do this',
  policy: 'a rule forbids it: ours, such as a tag that exists, or the registry\'s',
  content: 'an image, archive or library is damaged, incomplete or not what was asked for',
  disk: 'a file could not be read or written',
  keychain: 'the keychain that keeps the secrets is missing, locked or failed',
  cancelled: 'stopped by Ctrl-C, by a signal, or by the answer to a question',
};

export function exitCodesPage(): string {
  const layers = Object.entries(exitCodes).sort(([, a], [, b]) => a - b) as [Layer, number][];
  const codes = Object.entries(problemKinds).sort(([, a], [, b]) => exitCodes[a.layer] - exitCodes[b.layer]);
  return [
    '# Exit codes',
    '',
    'Written by `npm run docs` from shared/errors.ts.',
    '',
    'A command that did what it was asked ends with 0. Else the code says which part of the way failed. The codes 10 to 19 are kept for checks that scripts ask for.',
    '',
    '| Exit code | Layer | Meaning |',
    '|---|---|---|',
    ...layers.map(([layer, code]) => `| ${code} | ${layer} | ${meanings[layer]} |`),
    '',
    '`longshore library verify` ends with 21 too when it found damage.',
    '',
    '## Problems',
    '',
    'Each failure has one of these codes, in brackets on the terminal and as `code` with `--json`. A temporary one was tried again already.',
    '',
    '| Problem | Layer | Exit code | Temporary |',
    '|---|---|---|---|',
    ...codes.map(([code, { layer, retryable }]) => `| \`${code}\` | ${layer} | ${exitCodes[layer]} | ${retryable ? 'yes' : ''} |`),
    '',
  ].join('\n');
}
