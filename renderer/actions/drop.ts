import type { App } from '../state/app.svelte.js';

/** A file that is dropped anywhere on the window is an archive to look into. */
export function dropArchive(app: App, event: DragEvent): void {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) app.archive = app.bridge.pathOfFile(file);
}
