import { ArgumentError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import type { Graph, Keep } from "../../ir/types.js";
import { describeHost } from "../host.js";

/**
 * How what a reverse gradient needs of each step is kept: chosen by size ("auto"), all of it ("all"), the carry at the start of
 * each block of `blocks` steps ("blocks": about the square root of their number), as much as `bytes` hold (all, else blocks, else
 * checkpoints from which steps are run again as often as needed), so many whole carries as `states` says (from 2 on), or
 * nothing, with `inverse` to run back.
 */
export type KeepOption =
  | "auto"
  | "all"
  | "blocks"
  | "inverse"
  | { readonly blocks: number }
  | { readonly bytes: number }
  | { readonly states: number };

/** How far a rebuilt start may lie from the true one by default; leapfrog over 5000 steps stays below 1e-12. */
const defaultTolerance = 1e-8;

/** A whole number from 0 on, for messages called `name`. */
export function checkCount(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new ArgumentError({ what: `${name} must be a whole number from 0 on.`, got: describeHost(value) });
}

/** The engine's form of a keep option. */
export function readKeep(keep: KeepOption, inverse: Graph | null, tolerance: number = defaultTolerance): Keep {
  if (keep === "auto" || keep === "all") return { kind: keep };
  if (keep === "blocks") return { kind: "blocks", size: null };
  if (keep === "inverse") return { kind: "inverse", body: present(inverse, "inverse"), tolerance };
  if (typeof keep === "object" && keep !== null && "bytes" in keep) {
    const bytes = checkCount("keep.bytes", keep.bytes);
    if (bytes > 0) return { kind: "capped", bytes };
  } else if (typeof keep === "object" && keep !== null && "states" in keep) {
    const count = checkCount("keep.states", keep.states);
    if (count > 1) return { kind: "states", count };
  } else if (typeof keep === "object" && keep !== null) {
    const size = checkCount("keep.blocks", keep.blocks);
    if (size > 0) return { kind: "blocks", size };
  }
  throw new ArgumentError({
    what: "There is no such way to keep a loop's history.",
    got: JSON.stringify(keep),
    expected:
      '"auto", "all", "blocks", "inverse", { blocks: n } or { bytes: n } with n from 1 on, or { states: n } with n from 2 on',
  });
}
