import { parseAddress } from '../../shared/address.js';
import { exitCodes, type Problem } from '../../shared/errors.js';
import { printable } from '../../shared/format.js';
import type { CheckStep } from '../accounts/check-connection.js';
import { spoken } from './spoken.js';
import { defineVerb, firstWord } from './verb.js';

const marks: Record<CheckStep['state'], string> = { ok: 'ok     ', failed: 'FAILED ', skipped: 'skipped' };

export const doctor = defineVerb({
  name: 'doctor',
  summary: 'Check everything between here and a registry, step by step',
  parameters: '<host>',
  example: 'longshore doctor harbor.example.com',
  remarks: 'The report holds no secret: copy it into a ticket as it is. The exit code is that of the first step that failed.',
  async run(context, words) {
    const { checkConnection } = await import('../accounts/check-connection.js');
    const address = parseAddress(firstWord(words));
    const [connection] = await context.connections([address]);
    const steps: CheckStep[] = [];
    for await (const step of checkConnection(connection!, context.signal)) steps.push(step.problem ? { ...step, ...spokenStep(step.problem) } : step);
    const failed = steps.find(({ state }) => state === 'failed');
    if (failed?.problem) context.output.exitCode = exitCodes[failed.problem.layer];
    context.output.result({ host: address.host, healthy: !failed, steps }, () => steps.flatMap(lines));
  },
});

function spokenStep(met: Problem): Pick<CheckStep, 'next' | 'problem'> {
  const problem = spoken(met);
  return { next: problem.next, problem };
}

function lines({ name, state, message, next, problem }: CheckStep): string[] {
  const head = `${marks[state]}  ${name.padEnd(12)}  ${printable(message)}`;
  if (state !== 'failed') return [head];
  const detail = problem?.detail?.split('\n').map((line) => `                         ${printable(line)}`) ?? [];
  return [head, `                       ${printable(next ?? '')}`, ...detail];
}
