import type { Api } from './bridge.js';

declare global {
  interface Window {
    /** What the preload script hands to the page. */
    readonly longshore: Api;
  }
}
