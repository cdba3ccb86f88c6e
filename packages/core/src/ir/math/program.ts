/** Name of a function that is computed by a MathProgram. */
export type MathName = "exp" | "expm1" | "log" | "log1p" | "sin" | "cos" | "tan" | "atan" | "tanh" | "pow";

/** Name of a scalar program that a `slow` node calls in rare cases. */
export type SlowName = "sinHuge" | "cosHuge" | "tanHuge";

/** Number of a node in its program. */
export type NodeId = number;

/**
 * One step of a MathProgram. Every step is one IEEE 754 binary64 operation, rounded to nearest even and never fused, or
 * one operation on bits; so a scalar and each lane of a vector give the same bits. The operations whose comment says
 * "mask" give a truth value (a lane of all ones or zeros), all others a float64.
 */
export type MathNode =
  /** A literal; -0 is kept. */
  | { readonly op: "const"; readonly value: number }
  /** Argument number `index` of the program. */
  | { readonly op: "arg"; readonly index: number }
  /** max and min as Math.max and Math.min: NaN propagates, -0 < +0 (f64.max and f64.min). */
  | { readonly op: "add" | "sub" | "mul" | "div" | "max" | "min"; readonly a: NodeId; readonly b: NodeId }
  /** nearest: to the nearest integer, ties to even. neg flips the sign, abs clears it. */
  | { readonly op: "neg" | "abs" | "nearest" | "floor"; readonly a: NodeId }
  /** The magnitude of a with the sign of b. */
  | { readonly op: "copysign"; readonly a: NodeId; readonly b: NodeId }
  /**
   * pow2: 2^a for an integer a in [-1022, 1023], by placing a + 1023 in the exponent field. Any other a: unspecified
   * bits, but no trap; programs never let them through to a result.
   * exponent: the exponent field of a, minus 1023, as a float64.
   * mantissa: a with sign cleared and exponent field 1023, so in [1, 2).
   *
   * Without integer conversion: `pow2(a)` is the bits of `a + (2^52 + 1023)` shifted left by 52; `exponent(a)` is
   * `((bits(a) >> 52) & 0x7ff) | bits(2^52)` read as a float64, minus `2^52 + 1023`.
   */
  | { readonly op: "pow2" | "exponent" | "mantissa"; readonly a: NodeId }
  /** mask: a < b, a <= b, a = b; false where one is NaN. */
  | { readonly op: "lt" | "le" | "eq"; readonly a: NodeId; readonly b: NodeId }
  /** mask from two masks. */
  | { readonly op: "and" | "or"; readonly a: NodeId; readonly b: NodeId }
  /** mask from a mask. */
  | { readonly op: "not"; readonly a: NodeId }
  /** a where `condition` (a mask) holds, b elsewhere. Both are evaluated. */
  | { readonly op: "select"; readonly condition: NodeId; readonly a: NodeId; readonly b: NodeId }
  /**
   * The scalar program `slowPrograms[name]` of a where `condition` (a mask) holds, b elsewhere. The program is evaluated
   * for those elements only; a vector calls it lane by lane.
   */
  | { readonly op: "slow"; readonly name: SlowName; readonly condition: NodeId; readonly a: NodeId; readonly b: NodeId }
  /**
   * Entry number a of a constant table; a is an integer within it, or else the entry is unspecified, without a trap.
   * Only in scalar programs.
   */
  | { readonly op: "table"; readonly table: readonly number[]; readonly a: NodeId };

/** A straight-line function of `arity` float64 arguments: nodes read earlier ones only, the value is node `result`. */
export interface MathProgram {
  readonly name: MathName | SlowName;
  readonly arity: number;
  readonly nodes: readonly MathNode[];
  readonly result: NodeId;
}

/** Whether the node's value is a mask, not a float64. */
export function isMask(node: MathNode): boolean {
  return ["lt", "le", "eq", "and", "or", "not"].includes(node.op);
}
