import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatReference } from '../../shared/reference.js';
import type { EventHub } from '../application/event-hub.js';
import { isLink, readLink } from './links.js';

/** Places and files that the system asks the window to show. They wait until its page listens. */
export interface Openings {
  /** @param folder what a relative path starts from */
  open(word: string, folder: string): void;
  /** From now on somebody listens. */
  deliver(events: EventHub): void;
}

export function createOpenings(): Openings {
  let events: EventHub | undefined;
  let waiting: ((hub: EventHub) => void)[] = [];
  return {
    open(word, folder) {
      const opening = readOpening(word, folder);
      if (!opening) return;
      if (events) opening(events);
      else waiting.push(opening);
    },
    deliver(hub) {
      events = hub;
      for (const opening of waiting) opening(hub);
      waiting = [];
    },
  };
}

function readOpening(word: string, folder: string): ((hub: EventHub) => void) | undefined {
  if (isLink(word)) {
    const reference = readLink(word);
    return reference && ((hub) => hub.emit('app.navigate', { address: formatReference(reference) }));
  }
  const path = word.startsWith('file:') ? localPath(word) : word;
  return path === undefined ? undefined : (hub) => hub.emit('app.openArchive', { path: resolve(folder, path) });
}

/** The path of a `file:` address of this machine. */
function localPath(address: string): string | undefined {
  try {
    return fileURLToPath(address);
  } catch {
    return undefined;
  }
}
