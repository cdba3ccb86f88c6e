import { graphBuilder, type Builder } from "../../ir/builder.js";
import type { ArrayType, Graph, Keep, Type, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";

/** A vector of doubles. */
export function vector(extent: number): ArrayType {
  return arrayType("float64", [extent]);
}

/** A double. */
export const scalar: ArrayType = arrayType("float64", []);

/** A Graph over inputs of the given types. */
export function graphOf(
  types: readonly Type[],
  make: (b: Builder, inputs: readonly Var[]) => Var | readonly Var[],
): Graph {
  const b = graphBuilder();
  const inputs = types.map((type) => b.input(type));
  const outputs = make(b, inputs);
  return b.build(isVar(outputs) ? [outputs] : outputs);
}

/** What `scan` needs beside its body. */
export interface ScanOf {
  readonly length: number;
  readonly reverse?: boolean;
  readonly consts?: readonly Var[];
  readonly carry?: readonly Var[];
  readonly xs?: readonly Var[];
  /** Which ys are Histories; the others are arrays. */
  readonly yHistory?: readonly boolean[];
  readonly keep?: Keep;
}

/** Emits a scan whose body is made of (consts, carry, rows of xs). */
export function emitScan(
  b: Builder,
  { length, reverse = false, consts = [], carry = [], xs = [], yHistory = [], keep = { kind: "auto" } }: ScanOf,
  make: (inner: Builder, inputs: readonly Var[]) => readonly Var[],
): readonly Var[] {
  const rows = xs.map(({ type }): Type => {
    if (type.kind === "history") return type.of;
    return type.kind === "array" ? arrayType(type.dtype, type.shape.slice(1)) : type;
  });
  const body = graphOf([...consts, ...carry].map(({ type }) => type as Type).concat(rows), make);
  const params = { length, reverse, nConst: consts.length, nCarry: carry.length, yHistory, body, keep };
  return b.emit("scan", params, [...consts, ...carry, ...xs]);
}

function isVar(outputs: Var | readonly Var[]): outputs is Var {
  return "id" in outputs;
}
