import * as np from "./np/index.js";
import { Tensor } from "./tensor.js";

/** Functions of `np` that are methods as well, their first argument being the tensor. */
const methods = {
  add: np.add,
  sub: np.subtract,
  subtract: np.subtract,
  mul: np.multiply,
  multiply: np.multiply,
  div: np.divide,
  divide: np.divide,
  floorDivide: np.floorDivide,
  mod: np.mod,
  pow: np.power,
  power: np.power,
  maximum: np.maximum,
  minimum: np.minimum,
  clip: np.clip,
  arctan2: np.arctan2,
  neg: np.negative,
  negative: np.negative,
  abs: np.abs,
  sign: np.sign,
  floor: np.floor,
  ceil: np.ceil,
  round: np.round,
  sqrt: np.sqrt,
  square: np.square,
  reciprocal: np.reciprocal,
  exp: np.exp,
  expm1: np.expm1,
  log: np.log,
  log1p: np.log1p,
  log2: np.log2,
  log10: np.log10,
  sin: np.sin,
  cos: np.cos,
  tan: np.tan,
  arcsin: np.arcsin,
  arccos: np.arccos,
  arctan: np.arctan,
  sinh: np.sinh,
  cosh: np.cosh,
  tanh: np.tanh,
  sigmoid: np.sigmoid,
  equal: np.equal,
  notEqual: np.notEqual,
  less: np.less,
  lessEqual: np.lessEqual,
  greater: np.greater,
  greaterEqual: np.greaterEqual,
  logicalAnd: np.logicalAnd,
  logicalOr: np.logicalOr,
  logicalNot: np.logicalNot,
  isnan: np.isnan,
  isfinite: np.isfinite,
  sum: np.sum,
  mean: np.mean,
  prod: np.prod,
  max: np.max,
  min: np.min,
  any: np.any,
  all: np.all,
  var: np.var,
  std: np.std,
  norm: np.norm,
  argmax: np.argmax,
  argmin: np.argmin,
  cumsum: np.cumsum,
  dot: np.dot,
  matmul: np.matmul,
  outer: np.outer,
  reshape: np.reshape,
  ravel: np.ravel,
  transpose: np.transpose,
  expandDims: np.expandDims,
  squeeze: np.squeeze,
  broadcastTo: np.broadcastTo,
  flip: np.flip,
  roll: np.roll,
  repeat: np.repeat,
  diff: np.diff,
  take: np.take,
  slice: np.slice,
  at: np.at,
  astype: np.astype,
} satisfies { readonly [K in MethodName]: (self: Tensor, ...rest: never[]) => ReturnType<Tensor[K]> };

/** Names of the fields of Tensor that are functions of `np`. */
type MethodName = Exclude<
  { [K in keyof Tensor]: Tensor[K] extends (...args: never[]) => unknown ? K : never }[keyof Tensor],
  OwnMethod
>;

type OwnMethod =
  "item" | "toArray" | "toString" | "toJSON" | "valueOf" | typeof Symbol.toPrimitive | typeof Symbol.iterator | symbol;

/** Puts the functions of `np` onto Tensor as methods; called once, by the module that exports Tensor. */
export function installMethods(): void {
  for (const [name, method] of Object.entries(methods)) {
    const apply = method as (self: Tensor, ...rest: readonly unknown[]) => unknown;
    Object.defineProperty(Tensor.prototype, name, {
      value: function (this: Tensor, ...rest: readonly unknown[]): unknown {
        return apply(this, ...rest);
      },
      configurable: true,
    });
  }
}

installMethods();
