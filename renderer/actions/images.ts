import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Forward from '@lucide/svelte/icons/forward';
import Hash from '@lucide/svelte/icons/hash';
import ScanEye from '@lucide/svelte/icons/scan-eye';
import Save from '@lucide/svelte/icons/save';
import Terminal from '@lucide/svelte/icons/square-terminal';
import { isDigest, type Digest } from '../../shared/digest.js';
import { pullCommand } from '../../shared/pull-command.js';
import { formatReference, type Reference } from '../../shared/reference.js';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import type { Place } from '../state/dialogs.svelte.js';
import { words } from '../words/en.js';

const say = words.tags;

/** An image at an account, and its digest once somebody has looked. */
export interface ImageAt extends Place {
  readonly digest?: Digest | undefined;
}

/** `host/repository:tag`, or with `@digest` where the place is a digest; `undefined` when the account is gone. */
export function referenceOf(app: App, { account, repository, reference }: Place): Reference | undefined {
  const host = app.accounts.find(account)?.host;
  if (host === undefined) return undefined;
  return { host, repository, ...(isDigest(reference) ? { digest: reference } : { tag: reference }) };
}

/** The command for the tool and the shell of the settings. */
export function pullCommandOf(app: App, place: Place): string | undefined {
  const reference = referenceOf(app, place);
  const { pullTool, shell } = app.settings.current;
  return reference && pullCommand(pullTool, reference, { shell, plainHttp: app.accounts.find(place.account)?.plainHttp ?? false });
}

/** What can be done with images that were chosen at an account: with one of them, or with all. */
export function imageActions(app: App, images: readonly ImageAt[], { open = true } = {}): readonly Action[] {
  const [first] = images;
  if (!first) return [];
  const from = images.map(({ account, repository, reference }) => ({ account, repository, reference }));
  const moving: readonly Action[] = [
    { id: 'image.pull', title: images.length > 1 ? say.pullMany(images.length) : say.pull, group: 'image', icon: Download, shortcut: 'Mod+Shift+P', run: () => app.dialogs.show({ kind: 'pull', from }) },
    { id: 'image.save', title: say.save, group: 'image', icon: Save, shortcut: 'Mod+S', run: () => app.dialogs.show({ kind: 'save', from }) },
  ];
  return images.length > 1 ? moving : [...(open ? [opening(app, first)] : []), ...moving, copying(app, first), ...texts(app, first)];
}

function opening(app: App, { account, repository, reference }: Place): Action {
  return { id: 'image.open', title: say.open, group: 'go', icon: ScanEye, run: () => app.go({ page: 'artifact', account, repository, reference }) };
}

function copying(app: App, { account, repository, reference }: Place): Action {
  return { id: 'image.copy', title: say.copyTo, group: 'image', icon: Forward, shortcut: 'Mod+Shift+Y', run: () => app.dialogs.show({ kind: 'copy', from: { account, repository, reference } }) };
}

function texts(app: App, image: ImageAt): readonly Action[] {
  const reference = referenceOf(app, image);
  const command = pullCommandOf(app, image);
  const { digest } = image;
  return [
    ...(reference ? [{ id: 'image.copyReference', title: say.copyReference, group: 'image', icon: Copy, shortcut: 'Mod+C', run: () => app.copy(formatReference(reference), words.parts.copied(say.reference)) } satisfies Action] : []),
    ...(digest ? [{ id: 'image.copyDigest', title: say.copyDigest, group: 'image', icon: Hash, run: () => app.copy(digest, words.parts.copied(say.digest)) } satisfies Action] : []),
    ...(command !== undefined ? [{ id: 'image.copyCommand', title: say.copyCommand, group: 'image', icon: Terminal, shortcut: 'Mod+Shift+C', run: () => app.copy(command, words.parts.copied(say.command)) } satisfies Action] : []),
  ];
}
