/** The test that shows that a fault is survived. */
export interface Proof {
  /** Path from the project's folder. */
  readonly file: string;
  /** As the report has it, its groups before it: `a group > a test`. */
  readonly title: string;
}

/** One fault, and what must happen. */
export interface Row {
  readonly fault: string;
  readonly expected: string;
  /** Or why there is none yet. */
  readonly proof: Proof | { readonly notYet: string };
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Rows that tests of one file prove. */
export const provedIn = (file: string) => (fault: string, expected: string, title: string): Row => ({ fault, expected, proof: { file, title } });

/** A fault that is not survived yet, or not shown to be. */
export const notYet = (fault: string, expected: string, reason: string): Row => ({ fault, expected, proof: { notYet: reason } });
