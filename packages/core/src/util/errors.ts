/** Data that an error carries beside its message. */
export type ErrorData = Readonly<Record<string, unknown>>;

/** What an error says: what happened, what was got and expected, and what to do. */
export interface ErrorParts {
  readonly what: string;
  readonly got?: string;
  readonly expected?: string;
  readonly fix?: string;
  readonly data?: ErrorData;
}

/** Enough for a user's function in a few nested traces. */
const stackFrames = 60;

/** Base class of every error that simgrad throws; `code` is stable, the wording is not. */
export class SimgradError extends Error {
  readonly code: string;
  readonly data: ErrorData;

  constructor(code: string, parts: ErrorParts) {
    // Ten frames, the default, would end inside of the engine: the stack must reach the user's own line.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Math.max(limit, stackFrames);
    super(
      [
        parts.what,
        parts.got === undefined ? "" : `Got: ${parts.got}.`,
        parts.expected === undefined ? "" : `Expected: ${parts.expected}.`,
        parts.fix === undefined ? "" : `Do this: ${parts.fix}`,
      ]
        .filter((part) => part !== "")
        .join(" "),
    );
    Error.stackTraceLimit = limit;
    this.name = new.target.name;
    this.code = code;
    this.data = parts.data ?? {};
  }
}

/** Shapes that do not fit an operation. */
export class ShapeError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("SHAPE", parts);
  }
}

/** Element types that do not fit an operation, or that are mixed. */
export class DTypeError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("DTYPE", parts);
  }
}

/** Trees (nested objects and arrays of tensors) that differ where they must be equal. */
export class TreeError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("TREE", parts);
  }
}

/** A host operation on a value that is only known when the compiled program runs. */
export class TracedValueError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("TRACED_VALUE", parts);
  }
}

/** A tracer used after the function that made it was traced. */
export class LeakedTracerError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("LEAKED_TRACER", parts);
  }
}

/** An index outside of its axis. */
export class IndexError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("INDEX", parts);
  }
}

/** An argument that is wrong in itself: a name, a kind, a range. */
export class ArgumentError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("ARGUMENT", parts);
  }
}

/** A numerical failure at run time: a check that did not hold, a non-finite value. */
export class NumericalError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("NUMERICAL", parts);
  }
}

/** A run that was stopped by its AbortSignal. */
export class AbortedError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("ABORTED", parts);
  }
}

/** A file that cannot be read or written as a whole; what is wrong inside of one has errors of its own. */
export class FileError extends SimgradError {
  /** The file, as it was named. */
  readonly file: string;
  /** The error without its file, so that a package can throw it as its own. */
  readonly parts: ErrorParts;

  constructor(parts: ErrorParts, file: string) {
    super("FILE", { ...parts, what: `${file}: ${parts.what}`, data: { ...parts.data, file } });
    this.file = file;
    this.parts = parts;
  }
}

/** A construct that the engine refuses by name. */
export class UnsupportedError extends SimgradError {
  constructor(parts: ErrorParts) {
    super("UNSUPPORTED", parts);
  }
}

/** A broken invariant of the engine itself: a defect of simgrad, never of its user. */
export class InternalError extends SimgradError {
  constructor(what: string, data?: ErrorData) {
    super("INTERNAL", {
      what: `Internal error: ${what}.`,
      fix: "please report it with the program that led here.",
      ...(data === undefined ? {} : { data }),
    });
  }
}
