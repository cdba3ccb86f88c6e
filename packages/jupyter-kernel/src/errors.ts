/** What went wrong, what was there, and what to do. */
export interface Complaint {
  readonly what: string;
  readonly got?: string;
  readonly expected?: string;
  readonly fix?: string;
}

/** An error of the kernel itself, or of its use; errors of the code in cells keep their own classes. */
export class KernelError extends Error {
  override readonly name = "KernelError";
  readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    const { what, got, expected, fix } = complaint;
    const details = [got && `got ${got}`, expected && `expected ${expected}`].filter(Boolean).join(", ");
    super([details === "" ? what : `${what}: ${details}`, fix].filter(Boolean).join(". "));
    this.complaint = complaint;
  }
}

/** What a cell ends with when the reader has stopped it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("the cell was stopped");
  }
}
