import type { Stage } from './stage.js';

/** A state of the window that a person may come to. */
export interface Scene {
  /** Names the pictures. */
  readonly name: string;
  readonly state: 'full' | 'empty' | 'error' | 'dialog';
  /** The name of the page's landmark. */
  readonly page: string;
  /** A dialog that lies over it. */
  readonly dialog?: string | RegExp;
  /** What must be seen there, in the page or in the dialog. */
  readonly sees: readonly (string | RegExp)[];
  readonly go: (stage: Stage) => Promise<void>;
}
