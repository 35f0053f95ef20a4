/** One tag or digest of a repository at an account. */
export interface Place {
  readonly account: string;
  readonly repository: string;
  readonly reference: string;
}

/** What a dialog was opened for. An archive to load stands in `App.archive`, since it comes from outside, too. */
export type DialogRequest =
  | { readonly kind: 'pull'; readonly from: readonly Place[] }
  /** Places at accounts, or names in the library. */
  | { readonly kind: 'save'; readonly from: readonly Place[] | readonly string[] }
  | { readonly kind: 'copy'; readonly from: Place }
  | { readonly kind: 'push'; readonly name: string }
  | { readonly kind: 'remove'; readonly names: readonly string[] }
  | { readonly kind: 'pin'; readonly account: string };

/** The one dialog that lies over the page. */
export class Dialogs {
  current: DialogRequest | undefined = $state.raw();

  show(request: DialogRequest): void {
    this.current = request;
  }

  close(): void {
    this.current = undefined;
  }
}
