import { isProblem } from '../../shared/errors.js';
import { compareNames } from '../../shared/tag-order.js';

/**
 * The repositories of a registry by name: those that it lists and those that were pinned by hand.
 * @throws ProblemError `not-supported` where it lists none and none were pinned
 */
export async function listRepositories(listed: AsyncIterable<string>, pinned: readonly string[]): Promise<string[]> {
  const names = new Set(pinned);
  try {
    for await (const name of listed) names.add(name);
  } catch (error) {
    if (!isProblem(error, 'not-supported') || pinned.length === 0) throw error;
  }
  return [...names].sort(compareNames);
}
