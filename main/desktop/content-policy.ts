/** What the page may load and do. It makes no requests of its own: whatever it shows comes over the contract. */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // Text that became markup by mistake is refused by the browser; Svelte's own templates go through a policy of this name.
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');
