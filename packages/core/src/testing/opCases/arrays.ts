import type { Builder } from "../../ir/builder.js";
import type { Var } from "../../ir/types.js";
import type { OpCase, OpCases } from "./case.js";
import { floats, numbers, opCase } from "./case.js";

type ArrayName =
  | "reshape"
  | "transpose"
  | "broadcast"
  | "slice"
  | "pad"
  | "concatenate"
  | "reverse"
  | "view"
  | "reduceSum"
  | "reduceMax"
  | "reduceMin"
  | "cumsum"
  | "dot";

/** Instances of the shape operations and reductions; each is fed a nonlinear function, so that second derivatives are not zero. */
export const arrayOpCases: OpCases<ArrayName> = {
  reshape: [
    opCase("reshape to a matrix", [floats(1, [6])], (b, x) => squared(b, b.one("reshape", { shape: [2, 3] }, [x]))),
    opCase("reshape to a vector", [floats(2, [2, 2, 2])], (b, x) => squared(b, b.one("reshape", { shape: [8] }, [x]))),
  ],
  transpose: [
    opCase("transpose of a matrix", [floats(1, [2, 3])], (b, x) =>
      b.one("mul", {}, [b.one("transpose", { permutation: [1, 0] }, [x]), b.literal("float64", [3, 2], 3)]),
    ),
    opCase("transpose by a cycle", [floats(2, [2, 3, 4])], (b, x) =>
      weighted(b, squared(b, b.one("transpose", { permutation: [2, 0, 1] }, [x])), [4, 2, 3]),
    ),
  ],
  broadcast: [
    opCase("broadcast of a scalar", [floats(1, [])], (b, x) =>
      weighted(b, squared(b, b.one("broadcast", { shape: [2, 3], axes: [] }, [x])), [2, 3]),
    ),
    opCase("broadcast along the middle", [floats(2, [2, 2])], (b, x) =>
      weighted(b, squared(b, b.one("broadcast", { shape: [2, 3, 2], axes: [0, 2] }, [x])), [2, 3, 2]),
    ),
  ],
  slice: [
    opCase("slice of a vector", [floats(1, [6])], (b, x) =>
      squared(b, b.one("slice", { start: [1], limit: [5], stride: [1] }, [x])),
    ),
    opCase("slice with strides", [floats(2, [5, 6])], (b, x) =>
      squared(b, b.one("slice", { start: [1, 0], limit: [5, 6], stride: [2, 4] }, [x])),
    ),
    opCase("slice of nothing", [floats(2, [4])], (b, x) => [
      b.one("slice", { start: [2], limit: [2], stride: [1] }, [x]),
      squared(b, x),
    ]),
  ],
  pad: [
    opCase("pad of a vector", [floats(1, [3])], (b, x) =>
      squared(b, b.one("pad", { low: [1], high: [2], interior: [0], value: 3 }, [x])),
    ),
    opCase("pad between elements", [floats(2, [2, 3])], (b, x) =>
      weighted(b, squared(b, b.one("pad", { low: [0, 1], high: [1, 0], interior: [1, 2], value: 0.5 }, [x])), [4, 8]),
    ),
  ],
  concatenate: [
    opCase("concatenate two", [floats(1, [2]), floats(2, [3])], (b, x, y) =>
      squared(b, b.one("concatenate", { axis: 0 }, [x, y])),
    ),
    opCase("concatenate with a constant and itself", [floats(3, [2, 2])], (b, x) =>
      weighted(b, squared(b, b.one("concatenate", { axis: 1 }, [x, b.literal("float64", [2, 1], 1), x])), [2, 5]),
    ),
  ],
  reverse: [
    opCase("reverse of a vector", [floats(1, [4])], (b, x) =>
      b.one("mul", {}, [x, b.one("reverse", { axes: [0] }, [x])]),
    ),
    opCase("reverse of both axes", [floats(2, [2, 3])], (b, x) =>
      weighted(b, squared(b, b.one("reverse", { axes: [0, 1] }, [x])), [2, 3]),
    ),
  ],
  view: viewCases(),

  reduceSum: [
    opCase("reduceSum of all", [floats(1, [3, 4])], (b, x) => b.one("reduceSum", { axes: [0, 1] }, [squared(b, x)])),
    opCase("reduceSum over rows", [floats(2, [3, 4])], (b, x) => squared(b, b.one("reduceSum", { axes: [0] }, [x]))),
    opCase("reduceSum over the last axis", [floats(3, [2, 11])], (b, x) =>
      squared(b, b.one("reduceSum", { axes: [1] }, [x])),
    ),
  ],
  reduceMax: [
    opCase("reduceMax of all", [floats(1, [3, 4])], (b, x) => b.one("reduceMax", { axes: [0, 1] }, [squared(b, x)])),
    opCase("reduceMax over the last axis", [floats(2, [3, 4])], (b, x) => b.one("reduceMax", { axes: [1] }, [x])),
  ],
  reduceMin: [
    opCase("reduceMin of all", [floats(3, [3, 4])], (b, x) => squared(b, b.one("reduceMin", { axes: [0, 1] }, [x]))),
    opCase("reduceMin over the first axis", [floats(4, [3, 4])], (b, x) => b.one("reduceMin", { axes: [0] }, [x])),
  ],
  cumsum: [
    opCase("cumsum of a vector", [floats(1, [5])], (b, x) =>
      squared(b, b.one("cumsum", { axis: 0, reverse: false }, [x])),
    ),
    opCase("cumsum from the end", [floats(2, [2, 4])], (b, x) =>
      squared(b, b.one("cumsum", { axis: 1, reverse: true }, [x])),
    ),
  ],
  dot: [
    opCase("dot of matrices", [floats(1, [2, 3]), floats(2, [3, 4])], (b, x, y) => b.one("dot", { batch: 0 }, [x, y])),
    opCase("dot in a batch", [floats(3, [2, 2, 3]), floats(4, [2, 3, 1])], (b, x, y) =>
      squared(b, b.one("dot", { batch: 1 }, [x, y])),
    ),
    opCase("dot of a matrix with itself", [floats(5, [3, 3])], (b, x) => b.one("dot", { batch: 0 }, [x, x])),
    opCase("dot with a constant", [floats(6, [2, 2])], (b, x) => [
      b.one("dot", { batch: 0 }, [x, weighted(b, b.literal("float64", [2, 2], 1), [2, 2])]),
    ]),
  ],
};

function viewCases(): readonly [OpCase, OpCase, ...OpCase[]] {
  const at = (axis: number | null, stride: number, offset: number) => ({ axis, stride, offset });
  return [
    opCase("view: a shift with zeros", [floats(1, [5])], (b, x) =>
      squared(b, b.one("view", { shape: [5], pieces: [{ box: [[1, 5]], input: 0, index: [at(0, 1, -1)] }] }, [x])),
    ),
    opCase("view: a roll of two pieces", [floats(2, [5])], (b, x) => {
      const pieces = [
        { box: [[0, 2]] as const, input: 0, index: [at(0, 1, 3)] },
        { box: [[2, 5]] as const, input: 0, index: [at(0, 1, -2)] },
      ];
      return b.one("mul", {}, [x, b.one("view", { shape: [5], pieces }, [x])]);
    }),
    opCase("view: two operands, one read twice", [floats(3, [4]), floats(4, [3])], (b, x, y) => {
      const pieces = [
        { box: [[0, 3]] as const, input: 0, index: [at(0, 1, 1)] },
        { box: [[3, 5]] as const, input: 0, index: [at(0, -1, 4)] },
        { box: [[5, 8]] as const, input: 1, index: [at(0, -1, 7)] },
      ];
      return weighted(b, squared(b, b.one("view", { shape: [9], pieces }, [x, y])), [9]);
    }),
    opCase("view: repeated along an axis, exchanged, and at one row", [floats(5, [3, 2])], (b, x) => {
      const pieces = [
        {
          box: [
            [0, 2],
            [0, 4],
            [0, 3],
          ] as const,
          input: 0,
          index: [at(2, 1, 0), at(0, -1, 1)],
        },
        {
          box: [
            [2, 3],
            [1, 3],
            [0, 2],
          ] as const,
          input: 0,
          index: [at(null, 0, 2), at(2, 1, 0)],
        },
      ];
      return weighted(b, squared(b, b.one("view", { shape: [3, 4, 3], pieces }, [x])), [3, 4, 3]);
    }),
    opCase("view: strides", [floats(6, [7, 5])], (b, x) => {
      const pieces = [
        {
          box: [
            [0, 2],
            [0, 3],
          ] as const,
          input: 0,
          index: [at(1, 3, 0), at(0, -2, 4)],
        },
        {
          box: [
            [2, 5],
            [1, 2],
          ] as const,
          input: 0,
          index: [at(0, -2, 10), at(null, 0, 1)],
        },
      ];
      return weighted(b, squared(b, b.one("view", { shape: [5, 3], pieces }, [x])), [5, 3]);
    }),
    opCase("view: a stride and an axis that repeats", [floats(7, [5])], (b, x) => {
      const pieces = [
        {
          box: [
            [0, 3],
            [1, 3],
          ] as const,
          input: 0,
          index: [at(1, 2, -2)],
        },
      ];
      return weighted(b, squared(b, b.one("view", { shape: [3, 3], pieces }, [x])), [3, 3]);
    }),
    opCase("view: a diagonal", [floats(8, [4, 3])], (b, x) => {
      const pieces = [
        {
          box: [
            [0, 3],
            [0, 2],
          ] as const,
          input: 0,
          index: [at(0, 1, 1), at(0, -1, 2)],
        },
      ];
      return weighted(b, squared(b, b.one("view", { shape: [4, 2], pieces }, [x])), [4, 2]);
    }),
    opCase("view: nothing", [floats(7, [2]), numbers("float64", [1], [1])], (b, x, y) => [
      b.one("view", { shape: [3], pieces: [] }, [x]),
      squared(b, y),
    ]),
  ];
}

function squared(b: Builder, x: Var): Var {
  return b.one("mul", {}, [x, x]);
}

/** x times 1, 2, 3 ... along its last axis, plus the same along its first: elements that are exchanged are noticed. */
function weighted(b: Builder, x: Var, shape: readonly number[]): Var {
  const type = { kind: "array", dtype: "float64", shape } as const;
  const last = b.one("iota", { type, axis: shape.length - 1 }, []);
  const first = b.one("iota", { type, axis: 0 }, []);
  const weight = b.one("add", {}, [b.one("mul", {}, [first, b.literal("float64", shape, 0.3)]), last]);
  return b.one("mul", {}, [x, b.one("add", {}, [weight, b.literal("float64", shape, 1)])]);
}
