import type { BinaryName, LogicName, Relation, ShiftName, UnaryName, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import type { Scope } from "./scope.js";
import { affine, anyFloat, binary, boolOf, floatOf, intOf, keep, number, shapeOf, smallShape, unary } from "./scope.js";

/** Something that a random program may do next. */
export type Fragment = (scope: Scope) => void;

const unaries: { readonly [K in UnaryName]: readonly [factor: number, offset: number, after: number] } = {
  // Argument factor * x + offset, result * after: within -1 to 1 for x in -1 to 1, and away from singularities.
  neg: [1, 0, 1],
  abs: [1, 0.013, 0.9],
  sign: [1, 0.017, 0.4],
  floor: [2, 0.31, 0.3],
  ceil: [2, 0.33, 0.3],
  round: [2, 0.29, 0.3],
  sqrt: [0.6, 1.2, 0.7],
  exp: [1, 0, 0.35],
  expm1: [1, 0, 0.55],
  log: [0.7, 1.3, 0.9],
  log1p: [0.6, 0.2, 0.9],
  sin: [2, 0.3, 1],
  cos: [2, 0.3, 1],
  tan: [0.7, 0, 1],
  atan: [2, 0.1, 0.8],
  tanh: [2, 0.1, 1],
};

const relations: readonly Relation[] = ["eq", "ne", "lt", "le", "gt", "ge"];

/** Elementwise operations, each within the range of a scope. */
export const elementwiseFragments: Readonly<Record<string, Fragment>> = {
  ...Object.fromEntries(
    (Object.keys(unaries) as UnaryName[]).map((op): [string, Fragment] => [
      op,
      (scope) => {
        const [factor, offset, after] = unaries[op];
        const y = unary(scope, op, affine(scope, anyFloat(scope), factor, offset));
        keep(scope, after === 1 ? y : binary(scope, "mul", y, number(scope, shapeOf(y), after)));
      },
    ]),
  ),
  add: binaryFragment("add", 0.5),
  sub: binaryFragment("sub", 0.5),
  mul: binaryFragment("mul", 1),
  max: binaryFragment("max", 1),
  min: binaryFragment("min", 1),
  div: (scope) => {
    const x = anyFloat(scope);
    keep(scope, binary(scope, "div", x, affine(scope, floatOf(scope, shapeOf(x)), 0.7, 1.8)));
  },
  pow: (scope) => {
    const x = anyFloat(scope);
    const shape = shapeOf(x);
    const base = affine(scope, x, 0.6, 1.3);
    const exponent = scope.random.chance(0.5)
      ? floatOf(scope, shape)
      : number(scope, shape, scope.random.choice([0, 1, 2, 3, -1, 0.5]));
    const power = binary(scope, "pow", base, exponent);
    keep(scope, binary(scope, "mul", power, number(scope, shape, 0.14)));
  },
  square: (scope) => {
    const x = anyFloat(scope);
    keep(scope, binary(scope, "mul", x, x));
  },
  useParam: (scope) => {
    const x = anyFloat(scope);
    const shape = shapeOf(x);
    const wide = shape.length === 0 ? scope.param : scope.b.one("broadcast", { shape, axes: [] }, [scope.param]);
    keep(scope, binary(scope, "mul", x, wide));
  },
  /** Factors and divisors that stay the same in a loop, and some that are repeated along an axis, between others. */
  factors: (scope) => {
    const { b, random } = scope;
    const x = anyFloat(scope);
    const shape = shapeOf(x);
    const wide = (y: Var, axes: readonly number[] = []): Var =>
      axes.length === shape.length ? y : b.one("broadcast", { shape, axes }, [y]);
    const rows = shape.slice(0, -1);
    let y = x;
    for (let count = random.integer(2, 5); count > 0; count--) {
      const factor = random.choice([
        () => binary(scope, "mul", y, wide(scope.param)),
        () => binary(scope, "div", y, wide(affine(scope, scope.param, 0.3, 1.4))),
        () => binary(scope, "mul", y, number(scope, shape, random.uniform(0.7, 1.2))),
        () => binary(scope, "mul", number(scope, shape, 0.8), y),
        () => binary(scope, "mul", y, floatOf(scope, shape)),
        () =>
          binary(
            scope,
            "mul",
            y,
            wide(
              floatOf(scope, rows),
              rows.map((_, axis) => axis),
            ),
          ),
        () =>
          binary(
            scope,
            "div",
            y,
            wide(
              affine(scope, floatOf(scope, rows), 0.3, 1.4),
              rows.map((_, axis) => axis),
            ),
          ),
      ]);
      y = factor();
      if (random.chance(0.2)) keep(scope, y);
    }
    keep(scope, y);
  },

  and: logicFragment("and"),
  or: logicFragment("or"),
  xor: logicFragment("xor"),
  shiftLeft: shiftFragment("shiftLeft"),
  shiftRight: shiftFragment("shiftRight"),
  not: (scope) => {
    const x = anyFloat(scope);
    choose(scope, scope.b.one("not", {}, [boolOf(scope, shapeOf(x))]), x);
  },
  isFinite: (scope) => {
    const x = anyFloat(scope);
    const quotient = binary(
      scope,
      "div",
      number(scope, shapeOf(x), 1),
      unary(scope, "floor", affine(scope, x, 2, 0.31)),
    );
    choose(scope, scope.b.one("isFinite", {}, [quotient]), x);
  },
  compare: (scope) => {
    const shape = smallShape(scope);
    const relation = scope.random.choice(relations);
    const operands = scope.random.chance(0.5)
      ? // Apart by an offset: values that are equal by construction would lie on the jump.
        [floatOf(scope, shape), affine(scope, floatOf(scope, shape), 1, 0.0137)]
      : [intOf(scope, shape), intOf(scope, shape)];
    choose(scope, scope.b.one("compare", { relation }, operands), floatOf(scope, shape));
  },
  select: (scope) => {
    const x = anyFloat(scope);
    choose(scope, boolOf(scope, shapeOf(x)), x);
  },

  literal: (scope) => keep(scope, number(scope, smallShape(scope), scope.random.uniform(-1, 1))),
  iota: (scope) => {
    const shape = smallShape(scope, 1);
    const axis = scope.random.integer(0, shape.length);
    if (scope.random.chance(0.5))
      return keep(scope, scope.b.one("iota", { type: arrayType("int32", shape), axis }, []));
    const type = arrayType("float64", shape);
    keep(scope, binary(scope, "mul", scope.b.one("iota", { type, axis }, []), number(scope, shape, 0.3)));
  },
  convertToFloat: (scope) => {
    const shape = smallShape(scope);
    const source = scope.random.chance(0.5) ? boolOf(scope, shape) : intOf(scope, shape);
    const x = scope.b.one("convert", { dtype: "float64" }, [source]);
    keep(scope, binary(scope, "mul", x, number(scope, shape, 0.14)));
  },
  convertToInteger: (scope) => {
    const shape = smallShape(scope);
    const { b, random } = scope;
    const source = random.chance(0.5) ? boolOf(scope, shape) : affine(scope, floatOf(scope, shape), 2, 2.4);
    const dtype = random.choice(["int32", "uint32"] as const);
    keep(scope, b.one("convert", { dtype: "int32" }, [b.one("convert", { dtype }, [source])]));
  },
  integerArithmetic: (scope) => {
    const { b, random } = scope;
    const shape = smallShape(scope);
    const op = random.choice(["add", "sub", "mul", "max", "min"] as const);
    const y = b.one(op, {}, [intOf(scope, shape), intOf(scope, shape)]);
    keep(scope, clamped(scope, y));
  },
};

/** x where the predicate holds, something else elsewhere. */
function choose(scope: Scope, predicate: Var, x: Var): void {
  const shape = shapeOf(x);
  const other = scope.random.chance(0.3) ? number(scope, shape, 0.4) : floatOf(scope, shape);
  keep(scope, predicate);
  keep(scope, scope.b.one("select", {}, [predicate, x, other]));
}

/** An integer brought back into the range of indices. */
function clamped({ b }: Scope, y: Var): Var {
  const shape = shapeOf(y);
  return b.one("min", {}, [b.one("max", {}, [y, b.literal("int32", shape, -1)]), b.literal("int32", shape, 4)]);
}

function binaryFragment(op: BinaryName, after: number): Fragment {
  return (scope) => {
    const x = anyFloat(scope);
    const y = binary(scope, op, x, floatOf(scope, shapeOf(x)));
    keep(scope, after === 1 ? y : binary(scope, "mul", y, number(scope, shapeOf(x), after)));
  };
}

/** A few bits of a mixed and shifted word, so that they fit the range of indices; each of the two goes through both shifts. */
function shiftFragment(op: ShiftName): Fragment {
  return (scope) => {
    const { b, random } = scope;
    const shape = smallShape(scope);
    const unsigned = (x: Var): Var => b.one("convert", { dtype: "uint32" }, [x]);
    const word = b.one("mul", {}, [unsigned(intOf(scope, shape)), b.literal("uint32", shape, 0x9e3779b9)]);
    const by = random.chance(0.5) ? b.literal("uint32", shape, random.integer(0, 40)) : unsigned(intOf(scope, shape));
    const low = b.one("and", {}, [b.one(op, {}, [word, by]), b.literal("uint32", shape, 0x70007)]);
    const half = b.literal("uint32", shape, 16);
    const mixed = b.one("shiftRight", {}, [b.one("xor", {}, [low, b.one("shiftLeft", {}, [low, half])]), half]);
    keep(scope, clamped(scope, b.one("convert", { dtype: "int32" }, [mixed])));
  };
}

function logicFragment(op: LogicName): Fragment {
  return (scope) => {
    const x = anyFloat(scope);
    const shape = shapeOf(x);
    const { b } = scope;
    if (scope.random.chance(0.5)) {
      choose(scope, b.one(op, {}, [boolOf(scope, shape), boolOf(scope, shape)]), x);
    } else {
      const y = clamped(scope, b.one(op, {}, [intOf(scope, shape), intOf(scope, shape)]));
      keep(scope, y);
      const factor = affine(scope, b.one("convert", { dtype: "float64" }, [y]), 0.15, 0.2);
      keep(scope, binary(scope, "mul", x, factor));
    }
  };
}
