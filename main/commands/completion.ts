import { bashScript } from './completion-bash.js';
import { fishScript } from './completion-fish.js';
import { outline, type Outline } from './completion-outline.js';
import { zshScript } from './completion-zsh.js';
import { defineVerb, type Verb } from './verb.js';

interface Shell {
  readonly name: string;
  readonly script: (levels: readonly Outline[]) => string;
  readonly installation: string;
}

const shells: readonly Shell[] = [
  { name: 'bash', script: bashScript, installation: 'longshore completion bash > ~/.local/share/bash-completion/completions/longshore' },
  { name: 'zsh', script: zshScript, installation: 'longshore completion zsh > "${fpath[1]}/_longshore"' },
  { name: 'fish', script: fishScript, installation: 'longshore completion fish > ~/.config/fish/completions/longshore.fish' },
];

export const completion = defineVerb({
  name: 'completion',
  summary: 'Print the script that lets a shell complete verbs, options and files',
  example: 'longshore completion bash > ~/.local/share/bash-completion/completions/longshore',
  verbs: shells.map(shellVerb),
});

function shellVerb({ name, script, installation }: Shell): Verb {
  return defineVerb({
    name,
    summary: `Print the script for ${name}`,
    example: installation,
    remarks: `Start a new ${name} afterwards.`,
    async run({ output }) {
      // The program is made of the verbs, this one among them: it can only be asked for once all are there.
      const { buildProgram } = await import('./program.js');
      const text = script(outline(buildProgram(() => Promise.resolve())));
      output.result({ shell: name, script: text }, () => text.trimEnd().split('\n'));
    },
  });
}
