import { openDisplay } from '../local/display.js';

/** Where the window is shown. */
export interface Screen {
  /** Somebody may be looking at it. */
  readonly seen: boolean;
  /** The environment of programs that open windows on it. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** The person's own screen, or one that nobody sees where there is none. */
export async function openScreen(env: NodeJS.ProcessEnv): Promise<Screen> {
  if (env['DISPLAY'] || env['WAYLAND_DISPLAY']) return { seen: true, env, close: async () => undefined };
  const display = await openDisplay();
  return { seen: false, env: { ...env, DISPLAY: display.name }, close: () => display.close() };
}
