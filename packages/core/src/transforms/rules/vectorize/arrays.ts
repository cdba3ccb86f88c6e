import { arrayTypeOf } from "../../../ir/builder.js";
import type { ViewIndex } from "../../../ir/types.js";
import { reshaped, shapeOf, sum, summed } from "../../emit.js";
import { nth, range } from "../../lists.js";
import type { Batch, VectorizeRules } from "../rule.js";
import { allBatched } from "./batch.js";
import type { ArrayName } from "../arrayName.js";

/** Shape operations, reductions and indexed reads and writes leave the batch axis in front. */
export const arrayVectorize: VectorizeRules<ArrayName> = {
  reshape: ({ b, size }, { params }, inputs) => one(b.emit("reshape", { shape: [size, ...params.shape] }, inputs)),
  transpose: ({ b }, { params }, inputs) =>
    one(b.emit("transpose", { permutation: [0, ...shifted(params.permutation)] }, inputs)),
  broadcast: ({ b, size }, { params }, inputs) =>
    one(b.emit("broadcast", { shape: [size, ...params.shape], axes: [0, ...shifted(params.axes)] }, inputs)),
  slice: ({ b, size }, { params }, inputs) =>
    one(
      b.emit(
        "slice",
        { start: [0, ...params.start], limit: [size, ...params.limit], stride: [1, ...params.stride] },
        inputs,
      ),
    ),
  pad: ({ b }, { params }, inputs) =>
    one(
      b.emit(
        "pad",
        {
          low: [0, ...params.low],
          high: [0, ...params.high],
          interior: [0, ...params.interior],
          value: params.value,
        },
        inputs,
      ),
    ),
  concatenate: ({ b, size }, { params }, inputs, batched) =>
    one(b.emit("concatenate", { axis: params.axis + 1 }, allBatched(b, inputs, batched, size))),
  reverse: ({ b }, { params }, inputs) => one(b.emit("reverse", { axes: shifted(params.axes) }, inputs)),
  view: ({ b, size }, { params }, inputs, batched) => {
    const pieces = params.pieces.map((piece) => {
      const index = piece.index.map((entry): ViewIndex => ({
        ...entry,
        axis: entry.axis === null ? null : entry.axis + 1,
      }));
      const row: ViewIndex = { axis: 0, stride: 1, offset: 0 };
      return {
        box: [[0, size] as const, ...piece.box],
        input: piece.input,
        index: batched[piece.input] === true ? [row, ...index] : index,
      };
    });
    return one(b.emit("view", { shape: [size, ...params.shape], pieces }, inputs));
  },

  reduceSum: ({ b }, { params }, inputs) => one(b.emit("reduceSum", { axes: shifted(params.axes) }, inputs)),
  reduceMax: ({ b }, { params }, inputs) => one(b.emit("reduceMax", { axes: shifted(params.axes) }, inputs)),
  reduceMin: ({ b }, { params }, inputs) => one(b.emit("reduceMin", { axes: shifted(params.axes) }, inputs)),
  cumsum: ({ b }, { params }, inputs) => one(b.emit("cumsum", { ...params, axis: params.axis + 1 }, inputs)),
  dot: ({ b, size }, { params }, inputs, batched) =>
    one(b.emit("dot", { batch: params.batch + 1 }, allBatched(b, inputs, batched, size))),

  gather: ({ b, size }, { params }, inputs, batched) => {
    const [operand, indices] = [nth(inputs, 0), nth(inputs, 1)];
    if (batched[0] !== true && params.batch === 0) {
      // All elements read one operand: their indices stand in one row.
      const count = nth(shapeOf(indices), 1);
      const rows = b.one("gather", params, [operand, reshaped(b, indices, [size * count])]);
      return one([reshaped(b, rows, [size, count, ...shapeOf(operand).slice(1)])]);
    }
    return one(b.emit("gather", { ...params, batch: params.batch + 1 }, allBatched(b, inputs, batched, size)));
  },
  scatterAdd: ({ b, size }, { params }, inputs, batched) =>
    one(b.emit("scatterAdd", { ...params, batch: params.batch + 1 }, allBatched(b, inputs, batched, size))),
  scatterSet: ({ b, size }, { params }, inputs, batched) =>
    one(b.emit("scatterSet", { ...params, batch: params.batch + 1 }, allBatched(b, inputs, batched, size))),
  dynamicSlice: ({ b, size }, { params }, inputs, batched) =>
    one(b.emit("dynamicSlice", { ...params, batch: params.batch + 1 }, allBatched(b, inputs, batched, size))),
  dynamicUpdate: ({ b, size }, { params }, inputs, batched) =>
    one(b.emit("dynamicUpdate", { batch: params.batch + 1 }, allBatched(b, inputs, batched, size))),

  historyAdd: ({ b }, _equation, inputs) => {
    const total = sum(b, nth(inputs, 0), nth(inputs, 1));
    return total === null ? { outputs: [], batched: [] } : one([total]);
  },

  check: ({ b }, { params }, inputs) => {
    // It must hold for every element.
    const failures = b.one("convert", { dtype: "int32" }, [b.one("not", {}, inputs)]);
    const count = summed(b, failures, range(0, arrayTypeOf(failures).shape.length));
    const holds = b.one("not", {}, [b.one("convert", { dtype: "bool" }, [count])]);
    return { outputs: b.emit("check", params, [holds]), batched: [] };
  },

  debugPrint: ({ b, size }, { params }, inputs, batched) => ({
    outputs: b.emit("debugPrint", { ...params, batch: params.batch + 1 }, allBatched(b, inputs, batched, size)),
    batched: [],
  }),
};

function one(outputs: Batch["outputs"]): Batch {
  return { outputs, batched: [true] };
}

function shifted(axes: readonly number[]): number[] {
  return axes.map((axis) => axis + 1);
}
