import type { Builder } from "../../ir/builder.js";
import type { Var } from "../../ir/types.js";
import type { OpCases } from "./case.js";
import { floats, numbers, opCase } from "./case.js";

type IndexingName = "gather" | "scatterAdd" | "scatterSet" | "dynamicSlice" | "dynamicUpdate";

/** Instances of reads and writes at indices: repeated ones, ones outside, with and without batch axes. */
export const indexingOpCases: OpCases<IndexingName> = {
  gather: [
    opCase("gather rows, clipped", [floats(1, [3, 2]), numbers("int32", [4], [2, 0, 0, 7])], (b, x, k) =>
      squared(b, b.one("gather", { batch: 0, mode: "clip" }, [x, k])),
    ),
    opCase(
      "gather in a batch, dropped",
      [floats(2, [2, 3]), numbers("int32", [2, 3], [0, 2, 5, 1, 1, -1])],
      (b, x, k) => squared(b, b.one("gather", { batch: 1, mode: "drop" }, [x, k])),
    ),
  ],
  scatterAdd: [
    opCase(
      "scatterAdd rows, dropped",
      [floats(1, [3, 2]), numbers("int32", [4], [2, 0, 0, 7]), floats(2, [4, 2])],
      (b, x, k, u) => squared(b, b.one("scatterAdd", { batch: 0, mode: "drop" }, [x, k, u])),
    ),
    opCase(
      "scatterAdd in a batch, clipped",
      [floats(3, [2, 3]), numbers("int32", [2, 3], [0, 2, 5, 1, 1, -1]), floats(4, [2, 3])],
      (b, x, k, u) => squared(b, b.one("scatterAdd", { batch: 1, mode: "clip" }, [x, k, u])),
    ),
    opCase("scatterAdd into zeros", [numbers("int32", [3], [1, 1, 0]), floats(5, [3])], (b, k, u) =>
      squared(b, b.one("scatterAdd", { batch: 0, mode: "drop" }, [b.literal("float64", [2], 0), k, u])),
    ),
    opCase(
      "scatterAdd of three columns that meet",
      [
        floats(7, [4]),
        ...[8, 9, 10].flatMap((seed, k) => [numbers("int32", [3], [0, 2, k]), floats(seed, [3])] as const),
      ],
      (b, ...operands) => squared(b, b.one("scatterAdd", { batch: 0, mode: "inBounds" }, operands)),
    ),
    opCase(
      "scatterAdd of two columns of rows, dropped",
      [
        floats(11, [3, 2]),
        numbers("int32", [3], [0, 5, 2]),
        floats(12, [3, 2]),
        numbers("int32", [3], [2, 0, -1]),
        floats(13, [3, 2]),
      ],
      (b, ...operands) => squared(b, b.one("scatterAdd", { batch: 0, mode: "drop" }, operands)),
    ),
    opCase(
      "scatterAdd of two columns in a batch, one of them constant",
      [floats(14, [2, 3]), numbers("int32", [2, 2], [0, 2, 1, 1]), floats(15, [2, 2])],
      (b, x, k, u) => {
        const same = b.literal("float64", [2, 2], 0.75);
        return squared(b, b.one("scatterAdd", { batch: 1, mode: "clip" }, [x, k, u, k, same]));
      },
    ),
    opCase("scatterAdd of a constant", [floats(6, [3]), numbers("int32", [2], [1, 1])], (b, x, k) =>
      squared(b, b.one("scatterAdd", { batch: 0, mode: "drop" }, [x, k, b.literal("float64", [2], 1.5)])),
    ),
  ],
  scatterSet: [
    opCase(
      "scatterSet with repeated rows, dropped",
      [floats(1, [4, 2]), numbers("int32", [5], [2, 0, 2, 7, 0]), floats(2, [5, 2])],
      (b, x, k, u) => squared(b, b.one("scatterSet", { batch: 0, mode: "drop" }, [x, k, u])),
    ),
    opCase(
      "scatterSet in a batch, clipped",
      [floats(3, [2, 3]), numbers("int32", [2, 3], [0, 2, 5, 1, 1, -1]), floats(4, [2, 3])],
      (b, x, k, u) => squared(b, b.one("scatterSet", { batch: 1, mode: "clip" }, [x, k, u])),
    ),
    opCase("scatterSet of a constant", [floats(5, [3]), numbers("int32", [2], [1, 1])], (b, x, k) =>
      squared(b, b.one("scatterSet", { batch: 0, mode: "clip" }, [x, k, b.literal("float64", [2], 1.5)])),
    ),
  ],
  dynamicSlice: [
    opCase("dynamicSlice of a vector, clamped", [floats(1, [5]), numbers("int32", [1], [4])], (b, x, k) =>
      squared(b, b.one("dynamicSlice", { batch: 0, sizes: [2] }, [x, k])),
    ),
    opCase("dynamicSlice in a batch", [floats(2, [2, 4, 3]), numbers("int32", [2, 2], [1, 0, 2, 2])], (b, x, k) =>
      squared(b, b.one("dynamicSlice", { batch: 1, sizes: [2, 2] }, [x, k])),
    ),
    opCase("dynamicSlice twice of the same", [floats(3, [5]), numbers("int32", [1], [1])], (b, x, k) => {
      const two = b.literal("int32", [1], 2);
      const a = b.one("dynamicSlice", { batch: 0, sizes: [3] }, [x, k]);
      return b.one("mul", {}, [a, b.one("dynamicSlice", { batch: 0, sizes: [3] }, [x, two])]);
    }),
  ],
  dynamicUpdate: [
    opCase(
      "dynamicUpdate of a vector, clamped",
      [floats(1, [5]), floats(2, [2]), numbers("int32", [1], [4])],
      (b, x, u, k) => squared(b, b.one("dynamicUpdate", { batch: 0 }, [x, u, k])),
    ),
    opCase(
      "dynamicUpdate in a batch",
      [floats(3, [2, 4, 3]), floats(4, [2, 2, 2]), numbers("int32", [2, 2], [1, 0, 2, 2])],
      (b, x, u, k) => squared(b, b.one("dynamicUpdate", { batch: 1 }, [x, u, k])),
    ),
    opCase("dynamicUpdate into a constant", [floats(5, [2]), numbers("int32", [1], [1])], (b, u, k) =>
      squared(b, b.one("dynamicUpdate", { batch: 0 }, [b.literal("float64", [4], 1), u, k])),
    ),
  ],
};

function squared(b: Builder, x: Var): Var {
  return b.one("mul", {}, [x, x]);
}
