import type { WebContents, WebFrameMain } from 'electron';
import { bundleOrigin } from './bundle.js';

interface Sender {
  readonly sender: WebContents;
  readonly senderFrame: WebFrameMain | null;
}

/** Does a message come from our own page, as the whole of the window, and not from something inside it? */
export function isOurPage({ sender, senderFrame }: Sender, window: WebContents | undefined): boolean {
  // Chromium writes addresses in one way; Node's URL would call the origin of a scheme of our own "null".
  return sender === window && senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(`${bundleOrigin}/`);
}
