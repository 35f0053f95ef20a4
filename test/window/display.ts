import { openDisplay } from '../../scripts/local/display.js';

/** One display for the whole run; vitest calls this before the first test, and what it returns after the last. */
export async function setup(): Promise<() => Promise<void>> {
  const display = await openDisplay();
  process.env['DISPLAY'] = display.name;
  return () => display.close();
}
