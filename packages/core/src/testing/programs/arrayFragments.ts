import type { Var, ViewIndex, ViewPiece } from "../../ir/types.js";
import { sizeOf } from "../../ir/types.js";
import type { Fragment } from "./elementwiseFragments.js";
import type { Scope } from "./scope.js";
import { anyFloat, binary, floatOf, intOf, keep, number, shapeOf, smallShape } from "./scope.js";

/** Shape operations, reductions and indexed reads and writes. */
export const arrayFragments: Readonly<Record<string, Fragment>> = {
  reshape: (scope) => {
    const x = someArray(scope);
    const size = sizeOf(shapeOf(x));
    keep(scope, scope.b.one("reshape", { shape: scope.random.choice([[size], [1, size], [size, 1]]) }, [x]));
  },
  transpose: (scope) => {
    const x = floatOf(scope, smallShape(scope, 2));
    const rank = shapeOf(x).length;
    const permutation = scope.random.chance(0.5) ? shuffled(scope, rank) : rank === 3 ? [1, 2, 0] : [1, 0];
    keep(scope, scope.b.one("transpose", { permutation }, [x]));
  },
  broadcast: (scope) => {
    const x = anyFloat(scope);
    const shape = [...shapeOf(x)];
    if (shape.length > 2) return;
    const at = scope.random.integer(0, shape.length + 1);
    const axes = shape.map((_, axis) => (axis < at ? axis : axis + 1));
    shape.splice(at, 0, scope.random.integer(1, 4));
    keep(scope, scope.b.one("broadcast", { shape, axes }, [x]));
  },
  slice: (scope) => {
    const x = someArray(scope);
    const start = shapeOf(x).map((extent) => scope.random.integer(0, extent));
    const limit = shapeOf(x).map((extent, axis) => scope.random.integer((start[axis] as number) + 1, extent + 1));
    const stride = shapeOf(x).map(() => scope.random.integer(1, 3));
    keep(scope, scope.b.one("slice", { start, limit, stride }, [x]));
  },
  pad: (scope) => {
    const x = floatOf(scope, smallShape(scope, 1, 2));
    const amounts = (most: number): number[] => shapeOf(x).map(() => scope.random.integer(0, most + 1));
    const value = scope.random.choice([0, 0, 0.4]);
    keep(scope, scope.b.one("pad", { low: amounts(1), high: amounts(1), interior: amounts(1), value }, [x]));
  },
  concatenate: (scope) => {
    const x = someArray(scope);
    const axis = scope.random.integer(0, shapeOf(x).length);
    const shape = shapeOf(x).map((extent, k) => (k === axis ? scope.random.integer(1, 3) : extent));
    const other = scope.random.chance(0.2) ? number(scope, shape, 0.6) : floatOf(scope, shape);
    keep(scope, scope.b.one("concatenate", { axis }, scope.random.chance(0.5) ? [x, other] : [other, x, x]));
  },
  reverse: (scope) => {
    const x = someArray(scope);
    keep(scope, scope.b.one("reverse", { axes: [scope.random.integer(0, shapeOf(x).length)] }, [x]));
  },
  view: (scope) => keep(scope, randomView(scope)),

  reduceSum: reduction("reduceSum"),
  reduceMax: reduction("reduceMax"),
  reduceMin: reduction("reduceMin"),
  cumsum: (scope) => {
    const x = someArray(scope);
    const axis = scope.random.integer(0, shapeOf(x).length);
    const y = scope.b.one("cumsum", { axis, reverse: scope.random.chance(0.5) }, [x]);
    keep(scope, binary(scope, "mul", y, number(scope, shapeOf(y), 1 / (shapeOf(x)[axis] as number))));
  },
  dot: (scope) => {
    const { random } = scope;
    const [m, k, n] = [random.integer(1, 4), random.integer(1, 4), random.integer(1, 4)];
    const lead = random.chance(0.4) ? [random.integer(1, 3)] : [];
    const y = scope.b.one("dot", { batch: lead.length }, [
      floatOf(scope, [...lead, m, k]),
      floatOf(scope, [...lead, k, n]),
    ]);
    keep(scope, binary(scope, "mul", y, number(scope, shapeOf(y), 1 / k)));
  },

  gather: (scope) => {
    const { operand, indices, batch } = indexed(scope);
    keep(scope, scope.b.one("gather", { batch, mode: mode(scope) }, [operand, indices]));
  },
  scatterAdd: (scope) => {
    const { operand, indices, updates, batch } = indexed(scope);
    const columns = [indices, updates];
    for (let extra = scope.random.choice([0, 0, 1, 2]); extra > 0; extra--) {
      columns.push(
        scope.random.chance(0.5) ? indices : intOf(scope, shapeOf(indices)),
        floatOf(scope, shapeOf(updates)),
      );
    }
    const params = { batch, mode: mode(scope) };
    let y = scope.b.one("scatterAdd", params, [operand, ...columns]);
    // Onto a running sum, as the cotangents of several reads of one array are added.
    for (let more = scope.random.choice([0, 0, 1, 2]); more > 0; more--) {
      const row = [intOf(scope, shapeOf(indices)), floatOf(scope, shapeOf(updates))];
      y = scope.b.one("scatterAdd", params, [y, ...row]);
    }
    keep(scope, binary(scope, "mul", y, number(scope, shapeOf(y), 0.2)));
  },
  scatterSet: (scope) => {
    const { operand, indices, updates, batch } = indexed(scope);
    keep(scope, scope.b.one("scatterSet", { batch, mode: mode(scope) }, [operand, indices, updates]));
  },
  dynamicSlice: (scope) => {
    const { operand, batch, sizes, starts } = window(scope);
    keep(scope, scope.b.one("dynamicSlice", { batch, sizes }, [operand, starts]));
  },
  dynamicUpdate: (scope) => {
    const { operand, batch, sizes, starts } = window(scope);
    const update = floatOf(scope, [...shapeOf(operand).slice(0, batch), ...sizes]);
    keep(scope, scope.b.one("dynamicUpdate", { batch }, [operand, update, starts]));
  },
};

/** A float that is no scalar. */
function someArray(scope: Scope): Var {
  const x = anyFloat(scope);
  return shapeOf(x).length > 0 ? x : floatOf(scope, smallShape(scope, 1));
}

function shuffled({ random }: Scope, count: number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = random.integer(0, k + 1);
    [order[k], order[other]] = [order[other] as number, order[k] as number];
  }
  return order;
}

function mode({ random }: Scope): "clip" | "drop" {
  return random.choice(["clip", "drop"] as const);
}

function reduction(op: "reduceSum" | "reduceMax" | "reduceMin"): Fragment {
  return (scope) => {
    const x = someArray(scope);
    const shape = shapeOf(x);
    const chosen = shape.map((_, axis) => axis).filter(() => scope.random.chance(0.6));
    const axes = chosen.length > 0 ? chosen : [shape.length - 1];
    const y = scope.b.one(op, { axes }, [x]);
    const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
    keep(scope, op === "reduceSum" ? binary(scope, "mul", y, number(scope, shapeOf(y), 1 / count)) : y);
  };
}

/** Operands of an indexed read or write of rows. */
function indexed(scope: Scope): {
  readonly operand: Var;
  readonly indices: Var;
  readonly updates: Var;
  readonly batch: number;
} {
  const { random } = scope;
  const lead = random.chance(0.3) ? [random.integer(1, 3)] : [];
  const rest = random.chance(0.4) ? [random.integer(1, 3)] : [];
  const count = random.integer(1, 5);
  return {
    operand: floatOf(scope, [...lead, random.integer(1, 5), ...rest]),
    indices: intOf(scope, [...lead, count]),
    updates: floatOf(scope, [...lead, count, ...rest]),
    batch: lead.length,
  };
}

/** Operands of a read or write at a place that is computed. */
function window(scope: Scope): {
  readonly operand: Var;
  readonly batch: number;
  readonly sizes: readonly number[];
  readonly starts: Var;
} {
  const operand = someArray(scope);
  const shape = shapeOf(operand);
  const batch = shape.length > 1 && scope.random.chance(0.3) ? 1 : 0;
  const sizes = shape.slice(batch).map((extent) => scope.random.integer(1, extent + 1));
  return { operand, batch, sizes, starts: intOf(scope, [...shape.slice(0, batch), sizes.length]) };
}

/** Two operands read in one to three bands along axis 0: shifted, reversed, strided, repeated, or at one place. */
function randomView(scope: Scope): Var {
  const { b, random } = scope;
  const operands = [someArray(scope), someArray(scope)];
  const shape = [0, random.integer(1, 4)];
  const pieces: ViewPiece[] = [];
  for (let count = random.integer(1, 4); count > 0; count--) {
    const input = random.integer(0, 2);
    const source = shapeOf(operands[input] as Var);
    const height = random.integer(1, 4);
    const from = shape[0] as number;
    const extents = [height, shape[1] as number];
    const free = shuffled(scope, 2);
    const box = [[from, from + height] as const, [0, shape[1] as number] as const];
    let width = shape[1] as number;
    const index = source.map((extent): ViewIndex => {
      const axis = random.chance(0.8) ? (free.pop() ?? null) : null;
      if (axis === null) return { axis, stride: 0, offset: random.integer(0, extent) };
      const length = Math.min(extents[axis] as number, extent);
      const most = length === 1 ? 1 : Math.floor((extent - 1) / (length - 1));
      const step = random.integer(1, most + 1) * random.choice([1, -1]);
      const reach = Math.abs(step) * (length - 1);
      const low = random.integer(0, extent - reach);
      const start = axis === 0 ? from : 0;
      if (axis === 0) box[0] = [from, from + length];
      else width = length;
      return { axis, stride: step, offset: (step > 0 ? low : low + reach) - step * start };
    });
    box[1] = [0, width];
    pieces.push({ box, input, index });
    shape[0] = from + height + random.integer(0, 2);
  }
  return b.one("view", { shape, pieces }, operands);
}
