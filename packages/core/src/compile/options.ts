import { ArgumentError } from "../util/errors.js";
import { backendNames, type BackendName } from "./backends.js";

/** How a function is compiled. */
export interface CompileOptions {
  /** What runs it; the fastest when left out. */
  readonly backend?: BackendName;
  /** Switches off the passes that change rounding. */
  readonly exactRounding?: boolean;
  /**
   * Most bytes that what the loops keep for a reverse gradient may take, all loops of the program together: steps are then run
   * again from checkpoints, with the same bits. Applies to loops whose `keep` is left to the engine. No limit when left out.
   */
  readonly historyLimitBytes?: number;
  /**
   * Fails with a NumericalError where a result is not finite, and says which op made the first such value of finite ones, in which step of which
   * loop, from which line of the function. Costs nothing while all is finite; then the program is run again, slowly.
   */
  readonly checkFinite?: boolean;
  /** Checks the program after every pass and names a guilty one; for work on simgrad itself. */
  readonly verify?: boolean;
}

let verifying = false;

/** Whether passes that run now are checked. */
export function isVerifying(): boolean {
  return verifying;
}

/** Runs `body` with the checks that the options ask for. */
export function withOptions<T>(options: CompileOptions, body: () => T): T {
  const before = verifying;
  verifying = options.verify ?? before;
  try {
    return body();
  } finally {
    verifying = before;
  }
}

/** Part of a cache key. */
export function optionsKey(options: CompileOptions): string {
  return `${backendOf(options)} ${options.exactRounding ?? false} ${options.verify ?? verifying} ${historyLimitOf(options) ?? ""}`;
}

/**
 * The backend that the options ask for.
 * @throws ArgumentError where there is no such backend.
 */
export function backendOf(options: CompileOptions): BackendName {
  const name = options.backend ?? (backendNames[0] as BackendName);
  if (backendNames.includes(name)) return name;
  throw new ArgumentError({ what: "There is no such backend.", got: String(name), expected: backendNames.join(", ") });
}

/**
 * The bytes that Histories may take, or null.
 * @throws ArgumentError where that is no number of bytes.
 */
export function historyLimitOf({ historyLimitBytes: bytes }: CompileOptions): number | null {
  if (bytes === undefined) return null;
  if (Number.isFinite(bytes) && bytes >= 1) return bytes;
  throw new ArgumentError({
    what: "historyLimitBytes is no number of bytes.",
    got: String(bytes),
    expected: "a finite number from 1 on",
    fix: "leave it out for no limit.",
  });
}
