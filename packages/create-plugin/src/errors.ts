/** What went wrong, what was there, what should be there, and what to do. */
export interface CreatePluginErrorParts {
  readonly what: string;
  readonly got: string;
  readonly expected: string;
  readonly fix?: string;
}

/** Why no package was made. `code` says it to programs; the wording may change. */
export class CreatePluginError extends Error {
  override readonly name = "CreatePluginError";
  readonly code: "USAGE" | "NAME" | "FOLDER";

  constructor(code: "USAGE" | "NAME" | "FOLDER", { what, got, expected, fix }: CreatePluginErrorParts) {
    super(
      [what, `Got: ${got}.`, `Expected: ${expected}.`, ...(fix === undefined ? [] : [`Do this: ${fix}`])].join(" "),
    );
    this.code = code;
  }
}
