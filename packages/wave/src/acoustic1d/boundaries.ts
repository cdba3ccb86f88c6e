import { ArgumentError } from "@simgrad/core";

/** What an end of the string does with a wave: a wall turns it over and sends it back, an absorbing end lets it out. */
export type End = "fixed" | "absorbing";

/** Both ends. */
export interface Ends {
  readonly left: End;
  readonly right: End;
}

/** Ends of a string: the same for both, or for each side; what is left out is fixed. */
export type BoundaryOptions = End | { readonly left?: End; readonly right?: End };

/** Fills in the ends. @throws ArgumentError if there is no such end. */
export function readBoundaries(options: BoundaryOptions = "fixed"): Ends {
  const given = typeof options === "object" ? options : { left: options, right: options };
  const ends: Ends = Object.freeze({ left: given.left ?? "fixed", right: given.right ?? "fixed" });
  for (const side of ["left", "right"] as const) {
    if (ends[side] === "fixed" || ends[side] === "absorbing") continue;
    throw new ArgumentError({
      what: "acousticWave1d: the string has no such end.",
      got: `boundaries, ${side}: ${JSON.stringify(ends[side])}`,
      expected: '"fixed" or "absorbing"',
    });
  }
  return ends;
}

/** Whether an end takes energy out of the string, so that a run cannot be stepped back. */
export function absorbs(ends: Ends): boolean {
  return ends.left === "absorbing" || ends.right === "absorbing";
}
