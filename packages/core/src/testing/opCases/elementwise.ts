import type { Builder } from "../../ir/builder.js";
import type { BinaryName, LogicName, Relation, ShiftName, UnaryName, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import type { OpCase, OpCases } from "./case.js";
import { floats, numbers, opCase } from "./case.js";

type ElementwiseName =
  | UnaryName
  | BinaryName
  | LogicName
  | ShiftName
  | "literal"
  | "iota"
  | "not"
  | "isFinite"
  | "compare"
  | "select"
  | "convert";

/** Instances of the elementwise operations; integers and bools select among floats. */
export const elementwiseOpCases: OpCases<ElementwiseName> = {
  neg: unaryCases("neg"),
  abs: unaryCases("abs"),
  sign: unaryCases("sign"),
  floor: unaryCases("floor"),
  ceil: unaryCases("ceil"),
  round: unaryCases("round"),
  sqrt: unaryCases("sqrt", 0.2, 3),
  exp: unaryCases("exp"),
  expm1: unaryCases("expm1"),
  log: unaryCases("log", 0.2, 3),
  log1p: unaryCases("log1p", -0.5, 3),
  sin: unaryCases("sin", -3, 3),
  cos: unaryCases("cos", -3, 3),
  tan: unaryCases("tan"),
  atan: unaryCases("atan", -3, 3),
  tanh: unaryCases("tanh", -2, 2),

  add: binaryCases("add"),
  sub: binaryCases("sub"),
  mul: binaryCases("mul"),
  div: binaryCases("div", 0.5, 2),
  pow: [
    ...binaryCases("pow", 0.3, 2),
    opCase("pow by a literal", [floats(3, [4], 0.5, 2)], (b, x) => [
      b.one("pow", {}, [x, b.literal("float64", [4], 3)]),
      b.one("pow", {}, [x, b.literal("float64", [4], 2)]),
    ]),
  ],
  max: binaryCases("max"),
  min: binaryCases("min"),

  and: logicCases("and"),
  or: logicCases("or"),
  xor: logicCases("xor"),
  shiftLeft: shiftCases("shiftLeft"),
  shiftRight: shiftCases("shiftRight"),
  not: [
    opCase("not of a comparison", [floats(1, [5])], (b, x) => chosen(b, b.one("not", {}, [positive(b, x)]), x)),
    opCase("not not", [floats(2, [2, 2])], (b, x) =>
      chosen(b, b.one("not", {}, [b.one("not", {}, [positive(b, x)])]), x),
    ),
  ],
  isFinite: [
    opCase("isFinite of finite", [floats(1, [3])], (b, x) => chosen(b, b.one("isFinite", {}, [x]), x)),
    opCase("isFinite of a quotient by zero", [floats(2, [3])], (b, x) => {
      const zero = b.literal("float64", [3], 0);
      return chosen(b, b.one("isFinite", {}, [b.one("div", {}, [zero, zero])]), x);
    }),
  ],
  compare: [
    ...(["eq", "ne"] as const).map(compareCase),
    ...(["lt", "le", "gt", "ge"] as const).map(compareCase),
  ] as unknown as readonly [OpCase, OpCase],
  select: [
    opCase("select both", [floats(1, [5]), floats(2, [5])], (b, x, y) =>
      b.one("select", {}, [positive(b, x), b.one("mul", {}, [x, y]), b.one("sin", {}, [y])]),
    ),
    opCase("select with a constant", [floats(3, [5])], (b, x) =>
      b.one("select", {}, [positive(b, x), b.one("mul", {}, [x, x]), b.literal("float64", [5], 2)]),
    ),
    opCase("select by an integer", [numbers("int32", [3], [0, 1, 2]), floats(4, [3])], (b, k, x) =>
      chosen(b, b.one("convert", { dtype: "bool" }, [k]), x),
    ),
  ],
  literal: [
    opCase("literal factor", [floats(1, [3])], (b, x) => b.one("mul", {}, [x, b.literal("float64", [3], 2.5)])),
    opCase("literal alone", [floats(1, [3])], (b, x) => [x, b.literal("float64", [2, 2], -1)]),
  ],
  iota: [
    opCase("iota factor", [floats(1, [3, 4])], (b, x) =>
      b.one("mul", {}, [x, b.one("iota", { type: arrayType("float64", [3, 4]), axis: 1 }, [])]),
    ),
    opCase("integer iota", [floats(2, [4])], (b, x) =>
      b.one("gather", { batch: 0, mode: "clip" }, [x, b.one("iota", { type: arrayType("int32", [6]), axis: 0 }, [])]),
    ),
  ],
  convert: [
    opCase(
      "convert to float32 and back",
      [floats(1, [4])],
      (b, x) => {
        const narrow = b.one("convert", { dtype: "float32" }, [x]);
        return b.one("convert", { dtype: "float64" }, [b.one("mul", {}, [narrow, narrow])]);
      },
      2e-3,
    ),
    opCase("convert through an integer", [floats(2, [4], 1.1, 1.9)], (b, x) => {
      const whole = b.one("convert", { dtype: "int32" }, [x]);
      return b.one("mul", {}, [x, b.one("convert", { dtype: "float64" }, [whole])]);
    }),
    opCase("convert an integer", [numbers("int32", [3], [-2, 0, 5]), floats(3, [3])], (b, k, x) =>
      b.one("mul", {}, [b.one("convert", { dtype: "float64" }, [k]), x]),
    ),
  ],
};

function unaryCases(op: UnaryName, low = -0.9, high = 0.95): readonly [OpCase, OpCase] {
  return [
    opCase(`${op} of a vector`, [floats(11, [7], low, high)], (b, x) => b.one(op, {}, [x])),
    opCase(`${op} inside a product`, [floats(12, [2, 3], low, high)], (b, x) =>
      b.one("mul", {}, [b.one(op, {}, [x]), b.one(op, {}, [b.one("mul", {}, [x, x])])]),
    ),
  ];
}

function binaryCases(op: BinaryName, low = -2, high = 2): readonly [OpCase, OpCase, OpCase] {
  return [
    opCase(`${op} of two`, [floats(21, [5], low, high), floats(22, [5], low, high)], (b, x, y) =>
      b.one(op, {}, [x, y]),
    ),
    opCase(`${op} of one with itself`, [floats(23, [4], low, high)], (b, x) => {
      const y = b.one("mul", {}, [x, b.literal("float64", [4], 0.75)]);
      return b.one(op, {}, [b.one(op, {}, [x, y]), x]);
    }),
    opCase(`${op} with constants`, [floats(24, [2, 2], low, high)], (b, x) => {
      const c = b.literal("float64", [2, 2], 1.5);
      return [b.one(op, {}, [x, c]), b.one(op, {}, [c, x])];
    }),
  ];
}

function logicCases(op: LogicName): readonly [OpCase, OpCase] {
  return [
    opCase(`${op} of comparisons`, [floats(31, [6]), floats(32, [6])], (b, x, y) =>
      chosen(b, b.one(op, {}, [positive(b, x), positive(b, y)]), b.one("mul", {}, [x, y])),
    ),
    opCase(`${op} of integers`, [numbers("int32", [4], [0, 1, 2, 3]), floats(33, [4])], (b, k, x) =>
      b.one("gather", { batch: 0, mode: "drop" }, [x, b.one(op, {}, [k, b.literal("int32", [4], 2)])]),
    ),
  ];
}

function shiftCases(op: ShiftName): readonly [OpCase, OpCase] {
  const float = (b: Builder, k: Var): Var => b.one("convert", { dtype: "float64" }, [k]);
  return [
    opCase(
      `${op} by a variable distance`,
      [numbers("uint32", [4], [1, 6, 0xf0000001, 0xffffffff]), numbers("uint32", [4], [0, 2, 31, 33]), floats(34, [4])],
      (b, k, by, x) => b.one("mul", {}, [x, b.one("mul", {}, [float(b, b.one(op, {}, [k, by])), float(b, by)])]),
      1e-4,
    ),
    opCase(`${op} by a literal`, [numbers("uint32", [3], [1, 2, 3]), floats(35, [3])], (b, k, x) => {
      const index = b.one("convert", { dtype: "int32" }, [b.one(op, {}, [k, b.literal("uint32", [3], 1)])]);
      return b.one("gather", { batch: 0, mode: "drop" }, [x, index]);
    }),
  ];
}

function compareCase(relation: Relation): OpCase {
  return opCase(`compare ${relation}`, [floats(41, [6]), floats(42, [6])], (b, x, y) =>
    chosen(b, b.one("compare", { relation }, [x, y]), b.one("mul", {}, [x, y])),
  );
}

/** x where the predicate holds, x^2 elsewhere. */
function chosen(b: Builder, predicate: Var, x: Var): Var {
  return b.one("select", {}, [predicate, x, b.one("mul", {}, [x, x])]);
}

function positive(b: Builder, x: Var): Var {
  return b.one("compare", { relation: "gt" }, [x, b.zeros(x.type as never)]);
}
