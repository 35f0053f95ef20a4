/** One blob of a stow strip: its width is its share of the bytes. */
export interface Block {
  readonly key: string;
  readonly size: number;
  readonly state: 'done' | 'moving' | 'todo' | 'there' | 'mounted' | 'shared';
  /** Bytes, where it is moving. */
  readonly moved?: number;
}
