import type { Builder } from "../../../ir/builder.js";
import { arrayTypeOf } from "../../../ir/builder.js";
import type { Equation, OpName, Opt, Var } from "../../../ir/types.js";
import { arrayType } from "../../../ir/types.js";
import { InternalError } from "../../../util/errors.js";
import {
  binary,
  broadcast,
  compare,
  full,
  orZeros,
  permuted,
  realZeros,
  reshaped,
  select,
  shapeOf,
  summed,
} from "../../emit.js";
import { nth, range } from "../../lists.js";
import type { TransposeRule, TransposeRules } from "../rule.js";
import { notLinear } from "./notLinear.js";
import { transposeView } from "./view.js";
import type { ArrayName } from "../arrayName.js";

/** Cotangents of shape operations, reductions and indexed reads and writes. */
export const arrayTranspose: TransposeRules<ArrayName> = {
  reduceMax: notLinear(),
  reduceMin: notLinear(),
  check: notLinear(),
  debugPrint: notLinear(),

  reshape: single((b, ct, e) => reshaped(b, ct, inputShape(e))),
  transpose: single((b, ct, e) => {
    const { permutation } = e.params;
    return permuted(
      b,
      ct,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    );
  }),
  broadcast: single((b, ct, e) =>
    summed(
      b,
      ct,
      range(0, e.params.shape.length).filter((axis) => !e.params.axes.includes(axis)),
    ),
  ),
  slice: single((b, ct, e) => {
    const { start, stride } = e.params;
    const interior = stride.map((step) => step - 1);
    const high = inputShape(e).map((extent, axis) => {
      const rows = nth(shapeOf(ct), axis);
      // Position after the last element that was read.
      const end = rows === 0 ? nth(start, axis) : nth(start, axis) + (rows - 1) * nth(stride, axis) + 1;
      return extent - end;
    });
    return b.one("pad", { low: start, high, interior, value: 0 }, [ct]);
  }),
  pad: single((b, ct, e) => {
    const { low, interior } = e.params;
    const stride = interior.map((gap) => gap + 1);
    const limit = inputShape(e).map((extent, axis) =>
      extent === 0 ? nth(low, axis) : nth(low, axis) + (extent - 1) * nth(stride, axis) + 1,
    );
    return b.one("slice", { start: low, limit, stride }, [ct]);
  }),
  reverse: single((b, ct, e) => b.one("reverse", e.params, [ct])),

  concatenate: ({ b }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    const { axis } = equation.params;
    let offset = 0;
    return inputs.map((input, i) => {
      const shape = arrayTypeOf(nth(equation.inputs, i)).shape;
      const start = shape.map((_, a) => (a === axis ? offset : 0));
      const limit = shape.map((extent, a) => nth(start, a) + extent);
      offset += nth(shape, axis);
      if (input !== null || ct === null) return null;
      return b.one("slice", { start, limit, stride: shape.map(() => 1) }, [ct]);
    });
  },

  view: ({ b }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    if (ct === null) return inputs.map(() => null);
    return inputs.map((input, i) =>
      input === null ? transposeView(b, equation.params, i, arrayTypeOf(nth(equation.inputs, i)), ct) : null,
    );
  },

  reduceSum: single((b, ct, e) => {
    const shape = inputShape(e);
    return broadcast(
      b,
      ct,
      shape,
      range(0, shape.length).filter((axis) => !e.params.axes.includes(axis)),
    );
  }),
  cumsum: single((b, ct, e) => b.one("cumsum", { ...e.params, reverse: !e.params.reverse }, [ct])),

  dot: ({ b }, equation, inputs, cotangents) => {
    const [x, y] = [nth(inputs, 0), nth(inputs, 1)];
    const ct = nth(cotangents, 0);
    if (ct === null) return [null, null];
    if (x === null && y === null) throw new InternalError("a dot of two linear operands is not linear");
    return [
      y === null ? null : b.one("dot", equation.params, [ct, matrixTranspose(b, y)]),
      x === null ? null : b.one("dot", equation.params, [matrixTranspose(b, x), ct]),
    ];
  },

  gather: ({ b, take }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    const indices = nth(inputs, 1);
    if (ct === null || indices === null) return [null, null];
    const total = orZeros(b, take(0), nth(equation.inputs, 0).type);
    return [b.one("scatterAdd", equation.params, [total, indices, ct]), null];
  },

  scatterAdd: ({ b }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    return inputs.map((input, k) => {
      if (ct === null || input !== null || k === 0) return input === null ? ct : null;
      const indices = nth(inputs, k - 1);
      return indices === null ? null : b.one("gather", equation.params, [ct, indices]);
    });
  },

  scatterSet: ({ b }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    const indices = nth(inputs, 1);
    if (ct === null || indices === null) return [null, null, null];
    const updates = arrayTypeOf(nth(equation.inputs, 2));
    // Read first: then the cotangent can be overwritten in place.
    const read =
      nth(inputs, 2) === null
        ? select(
            b,
            lastWriters(b, equation, indices),
            b.one("gather", equation.params, [ct, indices]),
            full(b, updates, 0),
          )
        : null;
    const rest =
      nth(inputs, 0) === null ? b.one("scatterSet", equation.params, [ct, indices, full(b, updates, 0)]) : null;
    return [rest, null, read];
  },

  dynamicSlice: ({ b, take }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    const starts = nth(inputs, 1);
    if (ct === null || starts === null) return [null, null];
    const { batch } = equation.params;
    const total = take(0);
    if (total === null) {
      const zeros = realZeros(b, nth(equation.inputs, 0).type);
      return [b.one("dynamicUpdate", { batch }, [zeros, ct, starts]), null];
    }
    const there = b.one("dynamicSlice", equation.params, [total, starts]);
    return [b.one("dynamicUpdate", { batch }, [total, binary(b, "add", there, ct), starts]), null];
  },

  dynamicUpdate: ({ b }, equation, inputs, cotangents) => {
    const ct = nth(cotangents, 0);
    const starts = nth(inputs, 2);
    if (ct === null || starts === null) return [null, null, null];
    const { batch } = equation.params;
    const update = arrayTypeOf(nth(equation.inputs, 1));
    // Read first: then the cotangent can be overwritten in place.
    const read =
      nth(inputs, 1) === null ? b.one("dynamicSlice", { batch, sizes: update.shape.slice(batch) }, [ct, starts]) : null;
    const rest = nth(inputs, 0) === null ? b.one("dynamicUpdate", { batch }, [ct, full(b, update, 0), starts]) : null;
    return [rest, read, null];
  },

  historyAdd: (_context, _equation, inputs, cotangents) =>
    inputs.map((input) => (input === null ? nth(cotangents, 0) : null)),
};

/** For an operation of one operand. */
function single<K extends OpName>(pull: (b: Builder, ct: Var, equation: Equation<K>) => Var): TransposeRule<K> {
  return ({ b }, equation, _inputs, cotangents): readonly Opt[] => {
    const ct = nth(cotangents, 0);
    return [ct === null ? null : pull(b, ct, equation)];
  };
}

function inputShape(equation: Equation): readonly number[] {
  return arrayTypeOf(nth(equation.inputs, 0)).shape;
}

/** The last two axes exchanged. */
function matrixTranspose(b: Builder, x: Var): Var {
  const rank = shapeOf(x).length;
  return permuted(b, x, [...range(0, rank - 2), rank - 1, rank - 2]);
}

/** Which updates of a scatterSet are the last of their element; in the shape of the updates. */
function lastWriters(b: Builder, equation: Equation<"scatterSet">, indices: Var): Var {
  const { batch } = equation.params;
  const shape = shapeOf(indices);
  const operand = arrayTypeOf(nth(equation.inputs, 0)).shape;
  const updates = arrayTypeOf(nth(equation.inputs, 2)).shape;
  const order = b.one("iota", { type: arrayType("int32", shape), axis: batch }, []);
  const nobody = full(b, arrayType("int32", operand.slice(0, batch + 1)), -1);
  const winners = b.one("scatterSet", equation.params, [nobody, indices, order]);
  const wins = compare(b, "eq", b.one("gather", equation.params, [winners, indices]), order);
  return broadcast(b, wins, updates, range(0, shape.length));
}
