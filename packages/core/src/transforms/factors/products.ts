import { arrayTypeOf } from "../../ir/builder.js";
import type { Equation, Var } from "../../ir/types.js";
import { isFloat } from "../../util/dtype.js";
import { at, isOp } from "../bodies.js";
import type { Emitter, Spread } from "./emitter.js";

/** Factors that vary along the same axes of a product; null: there are none. */
interface Group {
  readonly axes: readonly number[];
  /** Product of those that change from step to step. */
  readonly moving: Var | null;
  /** Products of those that do not, and of such divisors. */
  readonly steady: Var | null;
  readonly divisor: Var | null;
}

/** A value as a product of factors, grouped by the axes along which they vary. */
export interface Product {
  readonly shape: readonly number[];
  readonly negative: boolean;
  readonly groups: ReadonlyMap<string, Group>;
}

/** Makes products of values of a loop's body; `steady` are those that are the same at every step. */
export interface Products {
  /** The product that an equation computes, or null where it computes none. `read` gives the products of its operands. */
  of(equation: Equation, read: (operand: Var) => Product): Product | null;
  /** A value that is no product. */
  atom(variable: Var): Product;
  /** A filled array. */
  filled(variable: Var, value: number): Product;
  /** The product repeated: axis i becomes axis `axes[i]`. */
  repeated(product: Product, axes: readonly number[], shape: readonly number[]): Product;
  /** Whether a product is one of steady factors by the reciprocal of something that moves. */
  isReciprocal(product: Product): boolean;
  /**
   * The sum of a product over axes: what is the same along them is a factor of the sum. Null where nothing is. `sum` emits the sum of
   * the other factors.
   */
  summed(product: Product, axes: readonly number[], sum: (rest: Var) => Var): Product | null;
  /** Computes a product, small factors first; steady factors make one, outside of the loop. */
  value(product: Product): Var;
}

/** Products that are computed through an Emitter. */
export function createProducts(emitter: Emitter, steady: ReadonlySet<Var>): Products {
  /** The divisors whose reciprocals are factors of a value. */
  const reciprocals = new Map<Var, ReadonlySet<Var>>();

  function mul(x: Var | null, y: Var | null, isSteady: boolean): Var | null {
    if (x === null || y === null) return x ?? y;
    const result = emitter.binary("mul", x, y, isSteady);
    const inside = [...(reciprocals.get(x) ?? []), ...(reciprocals.get(y) ?? [])];
    if (inside.length > 0) reciprocals.set(result, new Set(inside));
    return result;
  }

  /** numerator / divisor, or the part that is there. */
  function quotient(numerator: Spread | null, divisor: Spread | null, shape: readonly number[]): Spread | null {
    if (divisor === null) return numerator;
    const one = { variable: emitter.scalar(arrayTypeOf(divisor.variable).dtype, 1), axes: [] };
    return together("div", numerator ?? one, divisor, shape, true);
  }

  function together(op: "mul" | "div", x: Spread, y: Spread, shape: readonly number[], isSteady: boolean): Spread {
    const axes = [...new Set([...x.axes, ...y.axes])].sort((a, b) => a - b);
    const operands = [emitter.spread(x, axes, shape), emitter.spread(y, axes, shape)] as const;
    return { variable: emitter.binary(op, ...operands, isSteady), axes };
  }

  function times(x: Product, y: Product): Product {
    const groups = new Map(x.groups);
    for (const [key, group] of y.groups) {
      const own = groups.get(key) ?? { ...group, moving: null, steady: null, divisor: null };
      groups.set(key, {
        axes: group.axes,
        moving: mul(own.moving, group.moving, false),
        steady: mul(own.steady, group.steady, true),
        divisor: mul(own.divisor, group.divisor, true),
      });
    }
    return { shape: x.shape, negative: x.negative !== y.negative, groups };
  }

  /**
   * 1 / y for what is steady, so that all of it is one factor outside of the loop. A moving divisor stays one of x's own factor over
   * the same axes; where x has none, or y is repeated, or x was divided by it before, its reciprocal becomes a factor.
   */
  function over(x: Product, y: Product): Product {
    const groups = new Map<string, Group>();
    let left = x;
    for (const [key, { axes, moving, steady: numerator, divisor }] of y.groups) {
      let factor: Var | null = null;
      if (moving !== null) {
        const own = left.groups.get(key);
        const whole = axes.length === x.shape.length;
        if (own !== undefined && own.moving !== null && whole && reciprocals.get(own.moving)?.has(moving) !== true) {
          const divided = { ...own, moving: emitter.binary("div", own.moving, moving, false) };
          left = { ...left, groups: new Map([...left.groups, [key, divided]]) };
        } else {
          const { dtype, shape } = arrayTypeOf(moving);
          const all = shape.map((_, axis) => axis);
          const ones = emitter.spread({ variable: emitter.scalar(dtype, 1), axes: [] }, all, shape);
          factor = emitter.binary("div", ones, moving, false);
          reciprocals.set(factor, new Set([moving]));
        }
      }
      groups.set(key, { axes, moving: factor, steady: divisor, divisor: numerator });
    }
    return times(left, { shape: x.shape, negative: y.negative, groups });
  }

  /** x a + y a = (x + y) a for steady factors a that are all the steady factors of both. */
  function combined(op: "add" | "sub", x: Product, y: Product): Product | null {
    const parts = (product: Product, isSteady: boolean): Product => {
      const groups = [...product.groups].flatMap(([key, group]): (readonly [string, Group])[] => {
        const none = isSteady ? group.steady === null && group.divisor === null : group.moving === null;
        const part = isSteady ? { ...group, moving: null } : { ...group, steady: null, divisor: null };
        return none ? [] : [[key, part]];
      });
      return { ...product, negative: !isSteady && product.negative, groups: new Map(groups) };
    };
    const [a, b] = [parts(x, true), parts(y, true)];
    const [p, q] = [parts(x, false), parts(y, false)];
    const same = ([key, group]: readonly [string, Group]): boolean =>
      b.groups.get(key)?.steady === group.steady && b.groups.get(key)?.divisor === group.divisor;
    const common = a.groups.size > 0 && a.groups.size === b.groups.size && [...a.groups].every(same);
    if (!common || p.groups.size === 0 || q.groups.size === 0) return null;
    return times(products.atom(emitter.binary(op, products.value(p), products.value(q), false)), a);
  }

  function summed(product: Product, axes: readonly number[], sum: (rest: Var) => Var): Product | null {
    const varies = (group: Group): boolean => group.axes.some((axis) => axes.includes(axis));
    const groups = [...product.groups];
    const inside = groups.filter(([, group]) => varies(group));
    if (inside.length === 0 || inside.length === groups.length) return null;
    const rest = sum(products.value({ ...product, negative: false, groups: new Map(inside) }));
    const kept = product.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const outside = groups.flatMap(([, group]) => {
      const own = group.axes.map((axis) => kept.indexOf(axis));
      return varies(group) ? [] : [[own.join(), { ...group, axes: own }] as const];
    });
    const factors = { shape: arrayTypeOf(rest).shape, negative: product.negative, groups: new Map(outside) };
    return times(products.atom(rest), factors);
  }

  const products: Products = {
    summed,
    isReciprocal: ({ groups }) => {
      const moving = [...groups.values()].flatMap((group) => (group.moving === null ? [] : [group.moving]));
      return moving.length === 1 && reciprocals.has(at(moving, 0));
    },
    of(equation, read) {
      const [x, y] = equation.inputs;
      if (x?.type.kind !== "array" || !isFloat(x.type.dtype)) return null;
      switch (equation.op) {
        case "neg": {
          const inner = read(x);
          return { ...inner, negative: !inner.negative };
        }
        case "mul":
          return times(read(x), read(y as Var));
        case "div":
          return over(read(x), read(y as Var));
        case "add":
          if (x === y) return times(read(x), products.filled(at(equation.outputs, 0), 2));
          return combined("add", read(x), read(y as Var));
        case "sub":
          return x === y ? null : combined("sub", read(x), read(y as Var));
        default:
          return null;
      }
    },
    atom(variable) {
      const { shape } = arrayTypeOf(variable);
      const axes = shape.map((_, axis) => axis);
      const isSteady = steady.has(variable);
      const group = { axes, moving: isSteady ? null : variable, steady: isSteady ? variable : null, divisor: null };
      return { shape, negative: false, groups: new Map([[axes.join(), group]]) };
    },
    filled(variable, value) {
      const { dtype, shape } = arrayTypeOf(variable);
      const group = { axes: [], moving: null, steady: emitter.scalar(dtype, value), divisor: null };
      return { shape, negative: false, groups: new Map([["", group]]) };
    },
    repeated(product, map, shape) {
      const groups = [...product.groups.values()].map((group) => {
        const axes = group.axes.map((axis) => at(map, axis));
        return [axes.join(), { ...group, axes }] as const;
      });
      return { shape, negative: product.negative, groups: new Map(groups) };
    },
    value({ shape, negative, groups }) {
      const spread = (variable: Var | null, axes: readonly number[]): Spread | null =>
        variable === null ? null : { variable, axes };
      const both = (x: Spread | null, y: Spread | null, isSteady: boolean): Spread | null =>
        x === null || y === null ? (x ?? y) : together("mul", x, y, shape, isSteady);
      let [value, steadies, divisors]: (Spread | null)[] = [null, null, null];
      const ascending = [...groups.values()].sort(
        (a, b) => a.axes.length - b.axes.length || (a.axes.join() < b.axes.join() ? -1 : 1),
      );
      for (const group of ascending) {
        steadies = both(steadies ?? null, spread(group.steady, group.axes), true);
        divisors = both(divisors ?? null, spread(group.divisor, group.axes), true);
        if (group.moving === null) continue;
        // What is steady and smaller multiplies here, before this is repeated.
        value = both(value ?? null, spread(group.moving, group.axes), false);
        value = both(value, quotient(steadies, divisors, shape), false);
        [steadies, divisors] = [null, null];
      }
      value = both(value ?? null, quotient(steadies ?? null, divisors ?? null, shape), value === null) as Spread;
      const all = shape.map((_, axis) => axis);
      const whole = emitter.spread(value, all, shape);
      return negative ? emitter.neg(whole) : whole;
    },
  };
  return products;
}

/** Where a view or broadcast that repeats its operand whole puts the operand's axes, ascending; null where it does more. */
export function repetitionOf(equation: Equation): readonly number[] | null {
  if (isOp(equation, "broadcast")) return isAscending(equation.params.axes) ? equation.params.axes : null;
  if (!isOp(equation, "view")) return null;
  const [piece, ...others] = equation.params.pieces;
  if (piece === undefined || others.length > 0) return null;
  const { shape } = equation.params;
  const source = arrayTypeOf(at(equation.inputs, piece.input)).shape;
  const axes = piece.index.flatMap(({ axis, stride, offset }, a) =>
    axis !== null && stride === 1 && offset === 0 && shape[axis] === source[a] ? [axis] : [],
  );
  const whole = piece.box.every(([low, high], axis) => low === 0 && high === shape[axis]);
  return whole && axes.length === piece.index.length && isAscending(axes) ? axes : null;
}

function isAscending(axes: readonly number[]): boolean {
  return axes.every((axis, i) => i === 0 || axis > at(axes, i - 1));
}
