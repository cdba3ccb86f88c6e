import { rowAt, withRow } from "../../ir/rows.js";
import type { ArrayType, Keep, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import type { Fragment } from "./elementwiseFragments.js";
import type { Scope } from "./scope.js";
import { affine, binary, bodyOf, bounded, floatOf, keep, number, smallShape } from "./scope.js";

const i32 = arrayType("int32", []);
const f32 = arrayType("float32", []);
const bool = arrayType("bool", []);

/** Loops whose state has several dtypes, and loops that stop before their last step. */
export function stateFragments(
  fill: (scope: Scope) => void,
  keepOf: (scope: Scope) => Keep,
): Readonly<Record<string, Fragment>> {
  return {
    /**
     * A float64 that a float32, a counter and a flag act on. The float32 depends on no input: its rounding would drown the
     * differences. With a run-time trip count, a `while` counts.
     */
    mixedCarries: (scope) => {
      const { b, random } = scope;
      const wide = arrayType("float64", smallShape(scope, 0, 2));
      const counts = random.chance(0.5);
      const most = random.integer(2, 6);
      const types = [wide, f32, i32, bool];
      const body = bodyOf(scope, types, (inner, [x, narrow, count, up]) => {
        const w = inner.b;
        fill(inner);
        const spread = w.one("broadcast", { shape: wide.shape, axes: [] }, [
          w.one("convert", { dtype: "float64" }, [narrow as Var]),
        ]);
        const moved = binary(inner, "add", affine(inner, x as Var, 0.7, 0.1), binary(inner, "mul", x as Var, spread));
        const other = binary(inner, "sub", floatOf(inner, wide.shape), affine(inner, x as Var, 0.3, 0));
        const flags = w.one("broadcast", { shape: wide.shape, axes: [] }, [up as Var]);
        const turned = w.one("convert", { dtype: "float32" }, [count as Var]);
        return [
          bounded(inner, w.one("select", {}, [flags, moved, other])),
          w.one("add", {}, [
            w.one("mul", {}, [narrow as Var, w.literal("float32", [], Math.fround(0.6))]),
            w.one("mul", {}, [turned, w.literal("float32", [], Math.fround(0.05))]),
          ]),
          w.one("add", {}, [count as Var, w.literal("int32", [], 1)]),
          w.one("compare", { relation: "ne" }, [
            w.one("and", {}, [count as Var, w.literal("int32", [], 1)]),
            w.literal("int32", [], 0),
          ]),
        ];
      });
      const start = [
        floatOf(scope, wide.shape),
        b.literal("float32", [], Math.fround(random.uniform(0, 0.4))),
        b.literal("int32", [], 0),
        b.literal("bool", [], 1),
      ];
      const shared = { nConst: 1, nCarry: 4, body, keep: keepOf(scope) };
      if (counts) {
        const cond = bodyOf(scope, types, (inner, [, , count]) => [
          inner.b.one("compare", { relation: "lt" }, [count as Var, inner.b.literal("int32", [], most)]),
        ]);
        const [end] = b.emit("while", { ...shared, nCondConst: 1, cond }, [scope.param, scope.param, ...start]);
        keep(scope, end as Var);
      } else {
        const params = { ...shared, length: most, reverse: random.chance(0.3), yHistory: [] };
        keep(scope, b.emit("scan", params, [scope.param, ...start])[0] as Var);
      }
    },

    /** At most so many steps, until a float has grown too large: rows are read by a computed index, and collected. */
    earlyExit: (scope) => {
      const { b, random } = scope;
      const length = random.integer(2, 6);
      const row = arrayType("float64", smallShape(scope, 0, 1));
      const rows = arrayType("float64", [length, ...row.shape]);
      const level = arrayType("float64", []);
      const bound = random.uniform(0.3, 0.8);
      const carry: readonly ArrayType[] = [i32, level, row, rows];
      const cond = bodyOf(scope, carry, (inner, [time, height]) => [
        inner.b.one("and", {}, [
          inner.b.one("compare", { relation: "lt" }, [time as Var, inner.b.literal("int32", [], length)]),
          inner.b.one("compare", { relation: "lt" }, [height as Var, number(inner, [], bound)]),
        ]),
      ]);
      const body = bodyOf(scope, [rows, ...carry], (inner, [xs, time, height, x, seen]) => {
        const w = inner.b;
        const own = rowAt(w, xs as Var, time as Var);
        fill(inner);
        const next = bounded(inner, binary(inner, "add", affine(inner, x as Var, 0.6, 0.1), own));
        return [
          w.one("add", {}, [time as Var, w.literal("int32", [], 1)]),
          affine(inner, binary(inner, "mul", height as Var, inner.param), 0.2, random.uniform(0.1, 0.5)),
          next,
          withRow(w, seen as Var, time as Var, binary(inner, "mul", next, x as Var)),
        ];
      });
      const outputs = b.emit("while", { nCondConst: 1, nConst: 2, nCarry: 4, cond, body, keep: keepOf(scope) }, [
        scope.param,
        scope.param,
        floatOf(scope, rows.shape),
        b.literal("int32", [], 0),
        floatOf(scope, []),
        floatOf(scope, row.shape),
        b.zeros(rows),
      ]);
      outputs.slice(1, 4).forEach((output) => keep(scope, output));
    },
  };
}
