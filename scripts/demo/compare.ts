import { askDigest } from './ask-digest.js';
import type { Stage } from './stage.js';
import type { Cargo } from './tour/scene.js';

/** An image that was carried from the first registry to the second. */
export interface Carried {
  /** Full names. */
  readonly source: string;
  readonly target: string;
  readonly also: string;
  /** As each registry answered it. */
  readonly sourceDigest: string;
  readonly targetDigest: string;
  readonly alsoDigest: string;
}

/**
 * Asks both registries directly, without the code that moved the images.
 * @throws Error when one answers otherwise than the other
 */
export async function compare({ first, second }: Stage, cargo: readonly Cargo[]): Promise<readonly Carried[]> {
  const carried: Carried[] = [];
  for (const { source, target, also } of cargo) {
    const further = target.replace(/:[^:]*$/, `:${also}`);
    const [sourceDigest, targetDigest, alsoDigest] = await Promise.all([askDigest(first, source), askDigest(second, target), askDigest(second, further)]);
    carried.push({ source: `${first.host}/${source}`, target: `${second.host}/${target}`, also: `${second.host}/${further}`, sourceDigest, targetDigest, alsoDigest });
  }
  expectSame(carried);
  return carried;
}

export function expectSame(carried: readonly Carried[]): void {
  for (const { source, target, also, sourceDigest, targetDigest, alsoDigest } of carried) {
    if (targetDigest !== sourceDigest) throw new Error(`${target} is not what ${source} is.`);
    if (alsoDigest !== sourceDigest) throw new Error(`${also} is not what ${source} is.`);
  }
}
