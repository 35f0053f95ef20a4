import type { Digest } from '../../shared/digest.js';
import { isProblem } from '../../shared/errors.js';
import type { CallOptions, ReadStore, WriteStore } from '../stores/store.js';

/** What a name points to; `hidden` where it is there and a policy shows it to nobody. */
export async function currentOrHidden(store: Pick<ReadStore | WriteStore, 'current'>, name: string, options: CallOptions): Promise<Digest | 'hidden' | undefined> {
  try {
    return await store.current?.(name, options);
  } catch (error) {
    if (isProblem(error, 'policy-refused')) return 'hidden';
    throw error;
  }
}
