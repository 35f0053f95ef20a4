/** `repository:team/app:pull,push`: what a token is asked for. distribution, "Token Scope Documentation". */
export type Scope = string;

export const pullScope = (repository: string): Scope => `repository:${repository}:pull`;
export const pushScope = (repository: string): Scope => `repository:${repository}:pull,push`;
export const deleteScope = (repository: string): Scope => `repository:${repository}:pull,delete`;
export const catalogScope: Scope = 'registry:catalog:*';

/** Does a token for `held` do for `wanted`? */
export function covers(held: readonly Scope[], wanted: readonly Scope[]): boolean {
  return wanted.every((want) => {
    const [resource, actions] = split(want);
    return held.some((have) => {
      const [heldResource, heldActions] = split(have);
      return heldResource === resource && actions.every((action) => heldActions.includes(action));
    });
  });
}

/** One scope a resource, in the order of their first mention: some services look at the first alone. */
export function mergeScopes(scopes: readonly Scope[]): Scope[] {
  const merged = new Map<string, Set<string>>();
  for (const [resource, actions] of scopes.map(split)) {
    merged.set(resource, new Set([...(merged.get(resource) ?? []), ...actions]));
  }
  return [...merged].map(([resource, actions]) => `${resource}:${[...actions].join(',')}`);
}

function split(scope: Scope): [resource: string, actions: string[]] {
  const colon = scope.lastIndexOf(':');
  return [scope.slice(0, colon), scope.slice(colon + 1).split(',').filter(Boolean)];
}
