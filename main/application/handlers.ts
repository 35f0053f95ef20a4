import type { Answers, RequestInput, RequestName } from '../../shared/contract/contract.js';

/** Answers one request of the window. The signal is aborted when nobody waits for the answer any more. */
export type Handler<Name extends RequestName> = (input: RequestInput<Name>, options: { readonly signal: AbortSignal }) => Promise<Answers[Name]>;

export type Handlers<Name extends RequestName = RequestName> = { readonly [Each in Name]: Handler<Each> };
