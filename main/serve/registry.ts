import type { Library } from '../library/library.js';
import type { Contents } from './contents.js';
import type { UploadSessions } from './upload-sessions.js';

/** What the handlers of one running server share. */
export interface Registry {
  readonly library: Library;
  readonly contents: Contents;
  /** Absent when the registry is read-only. */
  readonly uploads?: UploadSessions | undefined;
}
