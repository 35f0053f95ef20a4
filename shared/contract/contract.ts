import * as z from 'zod/mini';
import type { Digest } from '../digest.js';
import type { Problem } from '../errors.js';
import { windowSettingsSchema } from '../settings.js';
import { accountDraftSchema, secretsSchema, type AccountRow, type CheckReport, type CheckStepRow, type KeptAccount } from './accounts.js';
import type { ArtifactDetails } from './artifact.js';
import { transferRequestSchema, type TransferPlan, type TransferState } from './transfers.js';
import { mostRows, repositoryName, viewScopeSchema, viewSortSchema, type ViewRow, type ViewState } from './views.js';

/** Everything that crosses between window and main process. This file is the application's table of contents. */

const nothing = z.strictObject({});
const { theme, pullTool, shell, address } = windowSettingsSchema.shape;
const id = z.string().check(z.minLength(1), z.maxLength(100));
const path = z.string().check(z.minLength(1), z.maxLength(4096));

/** Requests of the window: what each takes, checked at the gate. */
export const requests = {
  'app.snapshot': nothing,
  'app.copyText': z.strictObject({ text: z.string().check(z.maxLength(64 * 1024)) }),
  'app.reveal': z.strictObject({ path }),
  'app.chooseFile': z.strictObject({ purpose: z.enum(['archive', 'certificate', 'save-archive', 'save-folder']), suggested: z.exactOptional(z.string().check(z.maxLength(200))) }),
  'app.exportDiagnostics': nothing,
  'settings.change': z.strictObject({ theme: z.exactOptional(theme), pullTool: z.exactOptional(pullTool), shell: z.exactOptional(shell), address: z.exactOptional(address) }),

  /** `account`: whose stored secrets stand in for those that are not typed, for as far as they may go there. */
  'accounts.check': z.strictObject({ check: id, account: z.exactOptional(z.uuid()), draft: accountDraftSchema, secrets: secretsSchema }),
  'accounts.add': z.strictObject({ draft: accountDraftSchema, secrets: secretsSchema }),
  'accounts.change': z.strictObject({ account: z.uuid(), draft: accountDraftSchema, secrets: secretsSchema }),
  'accounts.remove': z.strictObject({ account: z.uuid() }),
  'accounts.readCertificate': z.strictObject({ path }),

  'repositories.pin': z.strictObject({ account: z.uuid(), repository: repositoryName, pinned: z.boolean() }),

  'view.open': z.strictObject({ scope: viewScopeSchema, filter: z.string().check(z.maxLength(200)), sort: viewSortSchema }),
  'view.change': z.strictObject({ id, filter: z.string().check(z.maxLength(200)), sort: viewSortSchema }),
  'view.rows': z.strictObject({ id, from: z.int().check(z.minimum(0)), count: z.int().check(z.minimum(1), z.maximum(mostRows)) }),
  'view.refresh': z.strictObject({ id }),
  'view.close': z.strictObject({ id }),

  'artifact.inspect': z.strictObject({ account: z.uuid(), repository: repositoryName, reference: z.string().check(z.maxLength(140)), platform: z.exactOptional(z.string().check(z.maxLength(60))) }),

  'library.remove': z.strictObject({ names: z.array(z.string().check(z.maxLength(400))).check(z.minLength(1), z.maxLength(1000)) }),
  'library.verify': nothing,
  'library.prune': z.strictObject({ dryRun: z.boolean() }),
  'library.serve': z.strictObject({ on: z.boolean(), push: z.boolean() }),

  'archive.open': z.strictObject({ path }),

  'transfer.plan': transferRequestSchema,
  'transfer.start': z.strictObject({ plan: id }),
  'transfer.pause': z.strictObject({ transfer: id }),
  'transfer.cancel': z.strictObject({ transfer: id }),
  'transfer.retry': z.strictObject({ transfer: id }),
  'transfer.forget': z.strictObject({ transfer: id }),
} as const;

/** Their answers. */
export interface Answers {
  'app.snapshot': Snapshot;
  'app.copyText': void;
  'app.reveal': void;
  'app.chooseFile': string | undefined;
  'app.exportDiagnostics': string | undefined;
  'settings.change': WindowSettings;
  'accounts.check': CheckReport;
  'accounts.add': KeptAccount;
  'accounts.change': KeptAccount;
  'accounts.remove': { readonly secretLeft?: string };
  'accounts.readCertificate': { readonly certificates: readonly string[] };
  'repositories.pin': void;
  'view.open': ViewState;
  'view.change': ViewState;
  'view.rows': { readonly from: number; readonly rows: readonly ViewRow[] };
  'view.refresh': void;
  'view.close': void;
  'artifact.inspect': ArtifactDetails;
  /** Bytes that were freed at once. */
  'library.remove': { readonly bytes: number };
  'library.verify': LibraryCheck;
  'library.prune': { readonly blobs: number; readonly bytes: number };
  'library.serve': ServeState;
  'archive.open': ArchiveContents;
  'transfer.plan': TransferPlan;
  'transfer.start': TransferState;
  'transfer.pause': void;
  'transfer.cancel': void;
  'transfer.retry': TransferState;
  'transfer.forget': void;
}

/** What main tells the window. */
export interface Events {
  'accounts.changed': { readonly accounts: readonly AccountRow[] };
  'accounts.step': { readonly check: string; readonly step: CheckStepRow };
  'view.changed': ViewState;
  'transfer.changed': TransferState;
  'transfer.forgotten': { readonly transfer: string };
  'library.serving': ServeState;
  'settings.changed': WindowSettings;
  /** A deep link, an opened file, a menu entry: navigate there, never act. */
  'app.navigate': { readonly address: string };
  'app.openArchive': { readonly path: string };
  /** An entry of the native menu. */
  'app.action': { readonly action: string };
}

export type RequestName = keyof typeof requests;
export type RequestInput<Name extends RequestName> = z.infer<(typeof requests)[Name]>;
export type EventName = keyof Events;

/** Every answer comes as data: Electron would keep nothing of an error but its message. */
export type Reply<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem };

/** Every event carries a number that grows by one, so that a window that was reloaded knows what it missed. */
export interface Numbered<Name extends EventName = EventName> {
  readonly sequence: number;
  readonly name: Name;
  readonly event: Events[Name];
}

/** The state of everything that events change, as of `sequence`. */
export interface Snapshot {
  readonly sequence: number;
  readonly version: string;
  readonly electron: string;
  /** `-electron33` on another Electron than the one that Longshore was made for, which is not for release; else empty. */
  readonly edition: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly accounts: readonly AccountRow[];
  readonly transfers: readonly TransferState[];
  readonly settings: WindowSettings;
  readonly serving: ServeState;
  readonly keychain: 'available' | 'missing' | 'locked' | 'unknown';
  readonly notices: readonly string[];
}

export interface WindowSettings {
  readonly theme: 'system' | 'light' | 'dark' | 'contrast';
  readonly pullTool: 'docker' | 'podman' | 'nerdctl' | 'ctr' | 'skopeo' | 'crane';
  readonly shell: 'sh' | 'powershell' | 'cmd';
  /** Where the window was last, to begin there again. */
  readonly address: string;
}

export interface ServeState {
  /** `http://localhost:5050`, while the library is served. */
  readonly url?: string;
  readonly push: boolean;
}

export interface LibraryCheck {
  readonly checked: number;
  readonly bytes: number;
  readonly damaged: readonly { readonly digest: Digest; readonly names: readonly string[] }[];
  readonly missing: readonly { readonly digest: Digest; readonly names: readonly string[] }[];
}

export interface ArchiveContents {
  readonly path: string;
  readonly images: readonly { readonly id: Digest; readonly name?: string; readonly platform?: string }[];
  readonly warnings: readonly string[];
}
