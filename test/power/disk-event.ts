/** What a recorded process did to its folder, in order. Paths are absolute; files are told by their inode, since names change under an open file. */
export type DiskEvent =
  | { readonly op: 'create'; readonly path: string; readonly inode: number }
  /** `data` is base64. */
  | { readonly op: 'write'; readonly inode: number; readonly at: number; readonly data: string }
  | { readonly op: 'truncate'; readonly inode: number; readonly size: number }
  | { readonly op: 'sync'; readonly inode: number }
  | { readonly op: 'sync-folder'; readonly path: string }
  | { readonly op: 'make-folder'; readonly path: string }
  | { readonly op: 'rename' | 'link'; readonly from: string; readonly to: string }
  | { readonly op: 'remove'; readonly path: string };
