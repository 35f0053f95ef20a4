import type { Reference } from '../../../shared/reference.js';
import { servedName } from '../../../shared/served-name.js';

/** Under which reference other programs on this computer pull an image of the served library. */
export function servedReference(url: string, { tag, digest, ...name }: Reference): Reference {
  return { host: new URL(url).host, repository: servedName(name), ...(tag !== undefined && { tag }), ...(tag === undefined && digest !== undefined && { digest }) };
}
