import ShieldCheck from '@lucide/svelte/icons/shield-check';
import type { AccountRow } from '../../shared/contract/accounts.js';
import type { Problem, ProblemCode } from '../../shared/errors.js';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';
import { editAccountAction } from './accounts.js';

/** What another secret, address, authority or proxy can mend. */
const ofAccount: readonly ProblemCode[] = [
  'credentials-required', 'credentials-rejected', 'realm-refused', 'token-invalid', 'keychain-locked',
  'certificate-untrusted', 'certificate-changed', 'certificate-wrong-host', 'http-instead-of-https', 'https-instead-of-http', 'plain-http-refused',
  'proxy-unreachable', 'proxy-authentication', 'proxy-refused', 'name-not-found',
];
const ofLibrary: readonly ProblemCode[] = ['library-damaged'];

/**
 * The next steps out of a problem that are one press away.
 * @param accounts ids of those that had to do with it; not given: the one whose page is shown
 */
export function remedies(app: App, problem: Problem, accounts: readonly string[] = app.account === undefined ? [] : [app.account]): readonly Action[] {
  const { page } = app.router.route;
  if (ofLibrary.includes(problem.code)) return [verifyAction(app)];
  if (!ofAccount.includes(problem.code) || page === 'edit-account' || page === 'add-account') return [];
  const concerned = concernedBy(app.accounts.rows, problem.message, accounts);
  return concerned.map(({ id, name }) => {
    const edit = editAccountAction(app, id);
    return { ...edit, id: `${edit.id}.${id}`, ...(concerned.length > 1 && { title: words.actions.editAccountOf(name) }), run: () => leaveFor(app, edit) };
  });
}

/** Of two accounts of a copy, that of the host which the problem names. */
function concernedBy(rows: readonly AccountRow[], message: string, accounts: readonly string[]): readonly AccountRow[] {
  const named = rows.filter(({ host }) => message.includes(host));
  const given = rows.filter(({ id }) => accounts.includes(id));
  const both = given.filter((row) => named.includes(row));
  if (both.length > 0) return both;
  return [given, named].find(({ length }) => length === 1) ?? [];
}

function verifyAction(app: App): Action {
  const verify: Action = { id: 'library.verify', title: words.library.verifyAll, group: 'image', icon: ShieldCheck, run: () => (app.go({ page: 'library' }), app.library.verify()) };
  return { ...verify, run: () => leaveFor(app, verify) };
}

/** A dialog over the page would hide where it leads. */
function leaveFor(app: App, action: Action): void {
  app.dialogs.close();
  app.archive = undefined;
  void action.run();
}
