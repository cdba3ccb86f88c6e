import { arrayTypeOf } from "../ir/builder.js";
import type { Equation, OpName, Params, Var } from "../ir/types.js";

/**
 * How an op is lowered. `elementwise`, `source` and `access` ops are expressions inside a nest, stored only where that pays;
 * so is a `shortReduction`, which combines the few values along its operand's last axis; `alias` is another shape of the
 * same storage; `statement` ops have a lowering of their own in `statements/`.
 */
export type OpClass = "elementwise" | "source" | "access" | "dynamicAccess" | "shortReduction" | "alias" | "statement";

/** Longest trailing axis whose points are written out, as lanes of a vector where they fit: coordinates in the plane or in space. */
export const mostLanes = 4;

/** Class and cost of an equation: those of its op, but for reductions of a short last axis. */
export function classOf(equation: Equation): { readonly kind: OpClass; readonly cost: number } {
  if (equation.op !== "reduceSum" && equation.op !== "reduceMax" && equation.op !== "reduceMin")
    return opClasses[equation.op];
  const { dtype, shape } = arrayTypeOf(equation.inputs[0] as Var);
  const { axes } = equation.params as Params["reduceSum"];
  const extent = shape.at(-1) ?? 0;
  const isShort = shape.length > 1 && axes.length === 1 && axes[0] === shape.length - 1;
  return isShort && extent > 0 && extent <= mostLanes && dtype !== "bool"
    ? { kind: "shortReduction", cost: extent }
    : opClasses[equation.op];
}

/** Whether the points of a nest's inner axis are written out, so that values at one of them (lanes) can be had in the others. */
export function hasLaneAxis(extents: readonly number[]): boolean {
  const inner = extents.at(-1) ?? 0;
  return extents.length > 1 && inner > 1 && inner <= mostLanes;
}

/** Class and cost of each op; cost is in units of one addition a point. A new op needs a row. */
export const opClasses: { readonly [K in OpName]: { readonly kind: OpClass; readonly cost: number } } = {
  neg: elementwise(1),
  abs: elementwise(1),
  sign: elementwise(3),
  floor: elementwise(1),
  ceil: elementwise(1),
  round: elementwise(1),
  sqrt: elementwise(6),
  exp: elementwise(20),
  expm1: elementwise(25),
  log: elementwise(20),
  log1p: elementwise(25),
  sin: elementwise(20),
  cos: elementwise(20),
  tan: elementwise(25),
  atan: elementwise(20),
  tanh: elementwise(25),
  add: elementwise(1),
  sub: elementwise(1),
  mul: elementwise(1),
  div: elementwise(4),
  pow: elementwise(50),
  max: elementwise(1),
  min: elementwise(1),
  and: elementwise(1),
  or: elementwise(1),
  xor: elementwise(1),
  shiftLeft: elementwise(1),
  shiftRight: elementwise(1),
  not: elementwise(1),
  isFinite: elementwise(2),
  compare: elementwise(1),
  select: elementwise(1),
  convert: elementwise(1),
  literal: { kind: "source", cost: 0 },
  iota: { kind: "source", cost: 0 },
  transpose: { kind: "access", cost: 0 },
  broadcast: { kind: "access", cost: 0 },
  slice: { kind: "access", cost: 0 },
  concatenate: { kind: "access", cost: 0 },
  reverse: { kind: "access", cost: 0 },
  view: { kind: "access", cost: 0 },
  gather: { kind: "dynamicAccess", cost: 3 },
  dynamicSlice: { kind: "dynamicAccess", cost: 1 },
  reshape: { kind: "alias", cost: 0 },
  pad: statement(),
  reduceSum: statement(),
  reduceMax: statement(),
  reduceMin: statement(),
  cumsum: statement(),
  dot: statement(),
  scatterAdd: statement(),
  scatterSet: statement(),
  dynamicUpdate: statement(),
  historyAdd: statement(),
  check: statement(),
  debugPrint: statement(),
  call: statement(),
  customCall: statement(),
  linearCall: statement(),
  cond: statement(),
  scan: statement(),
  while: statement(),
};

function elementwise(cost: number): { readonly kind: OpClass; readonly cost: number } {
  return { kind: "elementwise", cost };
}

function statement(): { readonly kind: OpClass; readonly cost: number } {
  return { kind: "statement", cost: 0 };
}
