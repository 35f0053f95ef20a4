import { requests, type Reply, type RequestName } from '../../shared/contract/contract.js';
import { isRequestName } from '../../shared/contract/channels.js';
import { ProblemError, type Problem } from '../../shared/errors.js';
import type { Handler, Handlers } from '../application/handlers.js';
import { toProblem } from '../disk/to-problem.js';
import type { Log } from './log.js';

/** Takes whatever came from the page, and always answers with data. */
export type Gate = (name: unknown, input: unknown, options: { readonly signal: AbortSignal }) => Promise<Reply<unknown>>;

/**
 * The one way in: the name is looked up in the contract, the input checked by its schema, then the handler called. The log
 * learns the name and how it ended, never what was in it.
 * @param ready handlers may still be opening when the page asks for the first time
 */
export function createGate(ready: Promise<Handlers>, log: Log): Gate {
  return async (name, input, options) => {
    const started = performance.now();
    const title = typeof name === 'string' && isRequestName(name) ? name : undefined;
    const reply = await answer(title, input, ready, options);
    const took = `${title ?? 'an unknown request'} ${Math.round(performance.now() - started)} ms`;
    if (reply.ok) log.write('info', took);
    else log.write(reply.problem.code === 'internal' ? 'error' : 'warn', `${took} ${reply.problem.code}${reply.problem.code === 'internal' ? ` ${reply.problem.detail ?? ''}` : ''}`);
    return reply;
  };
}

async function answer(name: RequestName | undefined, input: unknown, ready: Promise<Handlers>, options: { readonly signal: AbortSignal }): Promise<Reply<unknown>> {
  try {
    if (name === undefined) throw refusal('it is not in the contract');
    const checked = requests[name].safeParse(input);
    // Only where it was wrong: what was given there may be a secret.
    if (!checked.success) throw refusal(checked.error.issues.map(({ path, code }) => `${path.join('.') || 'input'}: ${code}`).join(', '), name);
    const handler = (await ready)[name] as Handler<RequestName>;
    return { ok: true, value: await handler(checked.data as never, options) };
  } catch (error) {
    return { ok: false, problem: problemOf(error, options.signal) };
  }
}

const problemOf = (error: unknown, signal: AbortSignal): Problem =>
  signal.aborted
    ? new ProblemError('cancelled', { message: 'Stopped: the window moved on.', next: 'Try again.' }).problem
    : toProblem(error);

function refusal(why: string, name = 'A request'): ProblemError {
  return new ProblemError('usage-invalid', { message: `${name} was refused: ${why}.`, next: 'Please report this: the window asked for something that it must not ask for.' });
}
