/** An error with a code, as those of Node and undici have one: what it means to people is told by it. */
export function codedError(code: string, message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}
