import type { HistoryEntry, ImageConfig } from './config.js';

/** The build as a Dockerfile tells it, as far as the image remembers: a line or more for each step, from its base up. */
export function dockerfile(config: ImageConfig): string {
  const steps = config.history.map((entry) => unfold(instructionOf(entry)));
  const told = steps.length > 0 ? steps : ['# The image does not say how it was built.', ...config.diffIds.map((diffId) => `# A layer: ${diffId}`)];
  return `${['FROM scratch', ...told].join('\n')}\n`;
}

/**
 * The instruction that made each layer, in the order of the layers. An image whose history does not fit its layers,
 * such as a squashed one, gets none: a wrong answer would be worse.
 */
export function layersWithInstructions(config: ImageConfig): (string | undefined)[] {
  const steps = config.history.filter((entry) => !entry.emptyLayer);
  return config.diffIds.map((_, at) => {
    const step = steps.length === config.diffIds.length ? steps[at] : undefined;
    return step && instructionOf(step);
  });
}

const instructions = /^(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\b/;
/** How docker's builders call a shell: its default, and Windows' two. */
const shells = /^(?:\/bin\/(?:ba|a|da)?sh -[a-z]*c|cmd \/S \/C|powershell -Command) /i;
/** Arguments of the build that a step saw: `|2 VERSION=1 NAME=x `. */
const buildArguments = /^\|[0-9]+ (?:[A-Za-z_][A-Za-z0-9_]*=.*? )(?=\/bin\/|cmd \/S|powershell )/;

/**
 * One step as an instruction. Docker's first builder wrote `/bin/sh -c #(nop)  CMD ["sh"]` for what runs nothing and the
 * bare command for RUN; BuildKit writes `RUN /bin/sh -c make # buildkit`. What is neither becomes a comment.
 */
export function instructionOf({ createdBy }: HistoryEntry): string {
  const text = withoutMark(createdBy.trim());
  const [, nothing] = /^(?:\/bin\/sh -c|cmd \/S \/C) #\(nop\)\s+([^]*)$/.exec(text) ?? [];
  if (nothing !== undefined) return tidy(nothing.trim());
  const run = /^RUN\s+/.exec(text)?.[0] ?? '';
  const command = text.slice(run.length).replace(buildArguments, '');
  if (shells.test(command)) return `RUN ${command.replace(shells, '')}`;
  if (run !== '') return `RUN ${command}`;
  if (instructions.test(text)) return tidy(text);
  return text.startsWith('#') ? text : `# ${text === '' ? 'a step without a word' : text.replaceAll('\n', '\n# ')}`;
}

const mark = '# buildkit';

function withoutMark(text: string): string {
  return text.endsWith(mark) ? text.slice(0, -mark.length).trimEnd() : text;
}

/** Puts back what the builders wrote down in the manner of Go's printing or of their own. */
function tidy(text: string): string {
  return text
    .replace(/^(ADD|COPY) ((?:file|dir|multi):[0-9a-f]+) in /, '$1 $2 ')
    .replace(/^EXPOSE map\[(.*)\]$/, (_, ports: string) => `EXPOSE ${ports.replaceAll(':{}', '')}`)
    .replace(/^EXPOSE \[(.*)\]$/, 'EXPOSE $1')
    .replace(/^HEALTHCHECK &\{\["CMD-SHELL" ("(?:[^"\\]|\\.)*")\] "([0-9a-z.]+)" "([0-9a-z.]+)".*$/, healthcheck);
}

function healthcheck(_: string, command: string, interval: string, timeout: string): string {
  const options = [['interval', interval], ['timeout', timeout]].filter(([, value]) => value !== '0s').map(([name, value]) => `--${name}=${value} `);
  return `HEALTHCHECK ${options.join('')}CMD ${command.slice(1, -1).replace(/\\(["\\])/g, '$1')}`;
}

/**
 * Breaks long commands where their author did: builders joined continued lines, which left runs of white space before
 * `&&` and tabs after `;`. Joined again the text is the same to the byte.
 */
function unfold(instruction: string): string {
  if (!instruction.startsWith('RUN ')) return instruction;
  return instruction.replace(/(?<![ \t]) ([ \t]+)(?=&&|\|\|)| (\t+)/g, (_, before?: string, tabs?: string) => ` \\\n${before ?? tabs ?? ''}`);
}
