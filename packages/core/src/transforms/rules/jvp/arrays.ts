import type { OpName, Opt, Params, ViewPiece } from "../../../ir/types.js";
import { binary, broadcast, compare, fullLike, orZeros, select, shapeOf, sum, summed } from "../../emit.js";
import { compact, nth } from "../../lists.js";
import type { JvpRule, JvpRules } from "../rule.js";
import type { ArrayName } from "../arrayName.js";

/** Tangents of shape operations, reductions and indexed reads and writes. */
export const arrayJvp: JvpRules<ArrayName> = {
  reshape: linear(),
  transpose: linear(),
  broadcast: linear(),
  slice: linear(),
  reverse: linear(),
  reduceSum: linear(),
  cumsum: linear(),
  // Operands after the first are indices.
  gather: linear(),
  dynamicSlice: linear(),

  pad: ({ b }, equation, inputs, tangents) => ({
    outputs: b.emit("pad", equation.params, inputs),
    tangents: b.emit("pad", { ...equation.params, value: 0 }, compact(tangents)),
  }),

  concatenate: ({ b }, equation, inputs, tangents) => ({
    outputs: b.emit("concatenate", equation.params, inputs),
    tangents: b.emit(
      "concatenate",
      equation.params,
      tangents.map((t, i) => orZeros(b, t, nth(inputs, i).type)),
    ),
  }),

  view: ({ b }, equation, inputs, tangents) => ({
    outputs: b.emit("view", equation.params, inputs),
    tangents: b.emit("view", piecesOf(equation.params, tangents), compact(tangents)),
  }),

  reduceMax: extremum(),
  reduceMin: extremum(),

  dot: ({ b }, equation, inputs, tangents) => {
    const [x, y] = [nth(inputs, 0), nth(inputs, 1)];
    const [t, u] = [nth(tangents, 0), nth(tangents, 1)];
    return {
      outputs: b.emit("dot", equation.params, inputs),
      tangents: [
        sum(
          b,
          t === null ? null : b.one("dot", equation.params, [t, y]),
          u === null ? null : b.one("dot", equation.params, [x, u]),
        ),
      ],
    };
  },

  scatterAdd: ({ b }, equation, inputs, tangents) => {
    const operand = nth(tangents, 0);
    const columns = inputs.flatMap((indices, k) => {
      const updates = k % 2 === 1 ? nth(tangents, k + 1) : null;
      return updates === null ? [] : [indices, updates];
    });
    const tangent =
      columns.length === 0
        ? operand
        : b.one("scatterAdd", equation.params, [orZeros(b, operand, nth(inputs, 0).type), ...columns]);
    return { outputs: b.emit("scatterAdd", equation.params, inputs), tangents: [tangent] };
  },

  scatterSet: ({ b }, equation, inputs, tangents) => ({
    outputs: b.emit("scatterSet", equation.params, inputs),
    tangents: b.emit("scatterSet", equation.params, [
      orZeros(b, nth(tangents, 0), nth(inputs, 0).type),
      nth(inputs, 1),
      orZeros(b, nth(tangents, 2), nth(inputs, 2).type),
    ]),
  }),

  dynamicUpdate: ({ b }, equation, inputs, tangents) => ({
    outputs: b.emit("dynamicUpdate", equation.params, inputs),
    tangents: b.emit("dynamicUpdate", equation.params, [
      orZeros(b, nth(tangents, 0), nth(inputs, 0).type),
      orZeros(b, nth(tangents, 1), nth(inputs, 1).type),
      nth(inputs, 2),
    ]),
  }),

  historyAdd: ({ b }, equation, inputs, tangents) => ({
    outputs: b.emit("historyAdd", equation.params, inputs),
    tangents: [sum(b, nth(tangents, 0), nth(tangents, 1))],
  }),

  check: ({ b }, equation, inputs) => ({ outputs: b.emit("check", equation.params, inputs), tangents: [] }),
  // Values are printed, tangents are not.
  debugPrint: ({ b }, equation, inputs) => ({ outputs: b.emit("debugPrint", equation.params, inputs), tangents: [] }),
};

/** The tangent is the same operation on the tangent of operand 0. */
function linear<K extends OpName>(): JvpRule<K> {
  return ({ b }, equation, inputs, tangents) => {
    const t = nth(tangents, 0);
    return {
      outputs: b.emit(equation.op, equation.params, inputs),
      tangents: t === null ? [null] : b.emit(equation.op, equation.params, [t, ...inputs.slice(1)]),
    };
  };
}

/** The view of the tangents that are there; outside of its pieces it is zero. */
function piecesOf(params: Params["view"], tangents: readonly Opt[]): Params["view"] {
  const kept = tangents.flatMap((t, i) => (t === null ? [] : [i]));
  const pieces = params.pieces.flatMap((piece): ViewPiece[] => {
    const input = kept.indexOf(piece.input);
    return input < 0 ? [] : [{ ...piece, input }];
  });
  return { shape: params.shape, pieces };
}

/** The tangents of the elements equal to the extremum, averaged. */
function extremum<K extends "reduceMax" | "reduceMin">(): JvpRule<K> {
  return ({ b }, equation, inputs, tangents) => {
    const { axes } = equation.params;
    const x = nth(inputs, 0);
    const y = b.one(equation.op, equation.params, [x]);
    const t = nth(tangents, 0);
    if (t === null) return { outputs: [y], tangents: [null] };
    const shape = shapeOf(x);
    const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const winners = compare(b, "eq", x, broadcast(b, y, shape, kept));
    const zeros = fullLike(b, x, 0);
    const count = summed(b, select(b, winners, fullLike(b, x, 1), zeros), axes);
    return { outputs: [y], tangents: [binary(b, "div", summed(b, select(b, winners, t, zeros), axes), count)] };
  };
}
