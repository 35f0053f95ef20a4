import type { Descriptor } from '../../shared/descriptor.js';
import { ProblemError } from '../../shared/errors.js';
import { count } from '../../shared/format.js';
import type { CopyPlan } from '../stores/plan.js';
import type { CallOptions, Soundness, WriteStore } from '../stores/store.js';
import { currentOrHidden } from './current-or-hidden.js';
import { forEachLimited } from './for-each-limited.js';
import { questionsAtOnce } from './questions.js';

/** What was looked at, every blob and manifest once. */
export interface Verified {
  readonly checked: number;
  readonly bytes: number;
}

/** Digests that a message lists; the rest is a number. */
const mostListed = 5;

/**
 * Looks at the target again after a copy: each name, each manifest and each blob, by its hash where the bytes are at hand,
 * else by asking for it.
 * @throws ProblemError `digest-mismatch` when a name leads elsewhere, when something is missing or damaged
 */
export async function verifyCopy(target: WriteStore, plan: CopyPlan, options: CallOptions): Promise<Verified> {
  for (const { root, target: first, also } of plan.roots) {
    for (const name of [first, ...also]) {
      const found = await currentOrHidden(target, name, options);
      // What a policy hides was answered for when it was pushed.
      if (found !== 'hidden' && found !== root.descriptor.digest) throw unsound(target, `${name} is ${found ?? 'absent'} there instead of ${root.descriptor.digest}`);
    }
  }
  return verifyAll(target.label, [...plan.manifests.map(({ descriptor }) => descriptor), ...plan.blobs], (descriptor) => soundnessOf(target, descriptor, options));
}

/** @throws ProblemError `digest-mismatch` */
export async function verifyAll(label: string, descriptors: readonly Descriptor[], look: (descriptor: Descriptor) => Promise<Soundness>): Promise<Verified> {
  const broken: string[] = [];
  let bytes = 0;
  await forEachLimited(descriptors, questionsAtOnce, async (descriptor) => {
    const soundness = await look(descriptor);
    bytes += descriptor.size;
    if (soundness !== 'sound') broken.push(`${descriptor.digest} is ${soundness}`);
  });
  if (broken.length === 0) return { checked: descriptors.length, bytes };
  const rest = broken.length > mostListed ? ` and ${broken.length - mostListed} more` : '';
  throw unsound({ label }, `${count(broken.length, 'part')} of ${descriptors.length}: ${broken.slice(0, mostListed).join(', ')}${rest}`);
}

async function soundnessOf(target: WriteStore, descriptor: Descriptor, options: CallOptions): Promise<Soundness> {
  if (target.examine) return target.examine(descriptor, options);
  return (await target.exists(descriptor, options)) ? 'sound' : 'missing';
}

function unsound({ label }: { readonly label: string }, what: string): ProblemError {
  return new ProblemError('digest-mismatch', {
    message: `What was copied is not whole in ${label}: ${what}.`,
    next: 'Copy it again; in the library, have it verified first, which sets damaged parts aside. When it stays so, ask whoever runs the target.',
    command: 'Copy it again; in the library, run `longshore library verify` first, which sets damaged parts aside. When it stays so, ask whoever runs the target.',
  });
}
