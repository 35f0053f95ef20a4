import { resolve } from 'node:path';
import type { TransferRequest } from '../../shared/contract/transfers.js';
import { hostPlace } from '../../shared/host-place.js';
import { formatReference, selector, type Reference } from '../../shared/reference.js';
import type { FileOptions, Naming } from '../transfers/jobs.js';
import type { Context } from './context.js';
import type { TransferOptions } from './transfer.js';

/**
 * What a command asks for, in accounts and paths, so that another process can do it again: undefined where it cannot be
 * said so, such as of a tag together with a digest.
 */
type Asked = Promise<TransferRequest | undefined>;

interface SaveAs extends TransferOptions {
  readonly path: string;
  readonly format: FileOptions['format'];
  readonly replace: boolean;
  readonly fromLibrary: boolean;
}

export async function pullRequest(context: Context, references: readonly Reference[], options: TransferOptions): Asked {
  return sayable({ kind: 'pull', from: await placesAt(context, references), ...choice(options) });
}

export async function saveRequest(context: Context, references: readonly Reference[], { path, format, replace, fromLibrary, ...options }: SaveAs): Asked {
  const from = fromLibrary ? references.map(formatReference) : await placesAt(context, references);
  return sayable({ kind: 'save', from, ...choice(options), path: resolve(path), format, replace });
}

export async function loadRequest(context: Context, path: string, picks: readonly string[], to: Reference | undefined, naming: Naming): Asked {
  return sayable({ kind: 'load', path: resolve(path), picks: [...picks], ...(to && { to: await targetAt(context, to, naming) }) });
}

export async function pushRequest(context: Context, from: Reference, to: Reference, naming: Naming, options: TransferOptions): Asked {
  return sayable({ kind: 'push', name: formatReference(from), ...choice(options), to: await targetAt(context, to, naming) });
}

export async function copyRequest(context: Context, from: Reference, to: Reference, naming: Naming, options: TransferOptions): Asked {
  return sayable({ kind: 'copy', from: (await placesAt(context, [from]))[0], ...choice(options), to: await targetAt(context, to, naming) });
}

const choice = ({ platform = ['all'], referrers }: TransferOptions): object => ({ platform: platform.join(','), ...(referrers && { referrers }) });

async function sayable(request: object): Asked {
  const { recordedRequestSchema } = await import('../../shared/contract/transfers.js');
  return recordedRequestSchema.safeParse(request).data;
}

function placesAt(context: Context, references: readonly Reference[]): Promise<object[]> {
  return Promise.all(references.map(async (reference) => ({
    account: await accountAt(context, reference),
    repository: reference.repository,
    // With both, the digest says which image, and the tag what it is called: a place has room for one.
    ...((reference.tag === undefined || reference.digest === undefined) && { reference: selector(reference) }),
  })));
}

async function targetAt(context: Context, reference: Reference, { also, overwrite }: Naming): Promise<object> {
  return { account: await accountAt(context, reference), repository: reference.repository, tag: selector(reference), also: [...also], overwrite };
}

async function accountAt(context: Context, { host }: Reference): Promise<string> {
  const account = await (await context.accounts()).find(host, context.options.account);
  return account?.id ?? hostPlace + host;
}
