import type { TransferRequest } from '../../shared/contract/transfers.js';
import { readTags, readTarget } from './target-name.js';

type Target = Extract<TransferRequest, { kind: 'push' }>['to'];

interface Typed {
  readonly account: string;
  readonly name: string;
  readonly also: string;
  /** The person has agreed to move a tag that is there. */
  readonly replace: boolean;
}

/** What the fields of a target say; `undefined` while one of them is not right. */
export function targetOf({ account, name, also, replace }: Typed): Target | undefined {
  const target = readTarget(name);
  const tags = readTags(also);
  if (account === '' || !target || !tags) return undefined;
  return { account, ...target, also: tags.filter((tag) => tag !== target.tag), overwrite: replace ? 'always' : 'same' };
}
