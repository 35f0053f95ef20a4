/** Work that is done once for all who ask. */
export interface Shared<T> {
  /** Starts it, or joins it. After a failure the next one starts it anew. */
  get(): Promise<T>;
  /** The next one starts it anew. */
  forget(): void;
}

export function share<T>(start: () => Promise<T>): Shared<T> {
  let current: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    const begun = start();
    current = begun;
    begun.catch(() => {
      if (current === begun) current = undefined;
    });
    return begun;
  };
  return { get: () => current ?? begin(), forget: () => void (current = undefined) };
}
