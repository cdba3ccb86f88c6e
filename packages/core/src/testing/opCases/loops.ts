import type { Builder } from "../../ir/builder.js";
import type { Graph, Var } from "../../ir/types.js";
import type { OpCase } from "./case.js";
import { f64, f64s, floats, i32, numbers, opCase, program } from "./case.js";

const auto = { kind: "auto" } as const;

/** Scans: of static and run-time length, with arrays and Histories, in both directions, nested, with an inverse. */
export const loopCases: readonly [OpCase, OpCase, ...OpCase[]] = [
  opCase(
    "scan: a carry that feeds on itself, xs and ys",
    [floats(1, []), floats(2, [2]), floats(3, [5, 2])],
    (b, p, x, xs) => {
      const body = program([f64, f64s(2), f64s(2)], (c, k, s, row) => {
        const pull = mul(c, wide(c, k, 2), c.one("sin", {}, [s]));
        const next = c.one("add", {}, [mul(c, s, row), pull]);
        return [next, mul(c, next, s)];
      });
      return scan(b, { length: 5, nConst: 1, nCarry: 1, ys: [false], body }, [p, x, xs]);
    },
  ),
  opCase("scan: reverse, an inactive integer carry, a dead output", [floats(4, [3]), floats(5, [4])], (b, p, xs) => {
    const body = program([f64s(3), f64, i32, f64], (c, table, s, k, x) => {
      const at = c.one("reshape", { shape: [1] }, [k]);
      const read = c.one("reshape", { shape: [] }, [c.one("dynamicSlice", { batch: 0, sizes: [1] }, [table, at])]);
      const next = c.one("tanh", {}, [c.one("add", {}, [mul(c, s, read), x])]);
      return [next, c.one("add", {}, [k, c.literal("int32", [], 1)]), mul(c, x, x), k as Var];
    });
    const params = { length: 4, nConst: 1, nCarry: 2, ys: [false, false], body, reverse: true };
    const start = [b.literal("float64", [], 0.3), b.literal("int32", [], 0)];
    const [end, , ys] = scan(b, params, [p, ...start, xs]);
    return [end as Var, ys as Var];
  }),
  opCase("scan: carries that exchange, one starts inactive", [floats(6, []), floats(7, [])], (b, p, x) => {
    const body = program([f64, f64, f64], (c, k, s, t) => [t as Var, mul(c, c.one("sin", {}, [s]), k as Var)]);
    return scan(b, { length: 4, nConst: 1, nCarry: 2, ys: [], body }, [p, b.literal("float64", [], 0.7), x]);
  }),
  opCase(
    "scan: run-time length, Histories",
    [numbers("int32", [], [3]), floats(8, []), floats(9, [])],
    (b, n, p, x) => {
      const record = program([f64, f64], (c, k, s) => [c.one("sin", {}, [mul(c, k, s)]), c.one("cos", {}, [s])]);
      const [end, seen] = scan(b, { length: null, nConst: 1, nCarry: 1, ys: [true], body: record }, [n, p, x]);
      const read = program([f64, f64, f64], (c, k, s, y) => c.one("add", {}, [mul(c, s, k), mul(c, y, y)]));
      return scan(b, { length: null, nConst: 1, nCarry: 1, ys: [], body: read, reverse: true }, [
        n,
        p,
        end as Var,
        seen as Var,
      ]);
    },
  ),
  opCase(
    "scan: run-time length of no step",
    [numbers("int32", [], [-2]), floats(8, []), floats(9, [])],
    (b, n, p, x) => {
      const body = program([f64, f64], (c, k, s) => c.one("sin", {}, [mul(c, k, s)]));
      return scan(b, { length: null, nConst: 1, nCarry: 1, ys: [], body }, [n, p, x]);
    },
  ),
  ...[0, 2].map((trips) =>
    opCase(
      `scan: a carry that a step overwrites, ${trips} steps`,
      [numbers("int32", [], [trips]), floats(8, [])],
      (b, n, x) => {
        const body = program([f64, f64], (_, s) => [s, s]);
        const start = b.literal("float64", [], 0.5);
        return scan(b, { length: null, nConst: 0, nCarry: 2, ys: [], body }, [n, start, b.one("sin", {}, [x])]);
      },
    ),
  ),
  opCase("scan: no step at all", [floats(8, []), floats(9, [2])], (b, p, x) => {
    const body = program([f64, f64s(2)], (c, k, s) => [mul(c, wide(c, k, 2), s), mul(c, s, s)]);
    return scan(b, { length: 0, nConst: 1, nCarry: 1, ys: [false], body }, [p, x]);
  }),
  opCase("scan: nested, a parameter on both levels", [floats(10, []), floats(11, [2, 3])], (b, p, xs) => {
    const inner = program([f64, f64, f64], (c, k, s, x) => {
      const next = c.one("sin", {}, [c.one("add", {}, [mul(c, k, s), x])]);
      return [next, mul(c, next, k)];
    });
    const outer = program([f64, f64, f64s(3)], (c, k, s, row) => {
      const [end, ys] = scan(c, { length: 3, nConst: 1, nCarry: 1, ys: [false], body: inner }, [k, s, row]);
      return [mul(c, end as Var, k), ys as Var];
    });
    return scan(b, { length: 2, nConst: 1, nCarry: 1, ys: [false], body: outer }, [p, p, xs]);
  }),
  opCase(
    "scan: two leapfrog carries with an exact inverse",
    [floats(12, [4]), floats(13, [4]), floats(14, [4], 0.1, 0.5)],
    (b, u, v, k) => {
      // (u, v) -> (2u - v + k * sin u, u), and back.
      const force = (c: Builder, coefficient: Var, x: Var): Var => {
        const two = c.literal("float64", [4], 2);
        return c.one("add", {}, [mul(c, two, x), mul(c, coefficient, c.one("sin", {}, [x]))]);
      };
      const types = [f64s(4), f64s(4), f64s(4)];
      const body = program(types, (c, q, x, y) => [
        c.one("sub", {}, [force(c, q as Var, x as Var), y as Var]),
        x as Var,
      ]);
      const inverse = program(types, (c, q, x, y) => [
        y as Var,
        c.one("sub", {}, [force(c, q as Var, y as Var), x as Var]),
      ]);
      const keep = { kind: "inverse", body: inverse, tolerance: 1e-9 } as const;
      return b.emit("scan", { length: 3, reverse: false, nConst: 1, nCarry: 2, yHistory: [], body, keep }, [k, u, v]);
    },
  ),
];

/** Whiles: trips that depend on a carry, constants on both sides, records, nested. */
export const whileCases: readonly [OpCase, OpCase, ...OpCase[]] = [
  opCase("while: grows past a bound", [floats(1, [], 0.2, 0.4), floats(2, [], 0.5, 1)], (b, p, x) => {
    const [end] = growUntil(b, p, b.literal("float64", [], 3), x);
    return b.one("mul", {}, [end as Var, p]);
  }),
  opCase("while: the bound moves too, no step", [floats(1, [], 0.2, 0.4), floats(2, [], 0.5, 1)], (b, p, x) => {
    const [end] = growUntil(b, p, p, x);
    return b.one("mul", {}, [end as Var, x]);
  }),
  opCase(
    "while: adaptive steps, the last one clipped at the end",
    [floats(3, [], 0.2, 0.4), floats(4, [])],
    (b, h, y) => {
      const cond = program([f64, f64, f64], (c, t) =>
        c.one("compare", { relation: "lt" }, [t as Var, c.literal("float64", [], 1)]),
      );
      const body = program([f64, f64, f64], (c, t, step, s) => {
        const rest = c.one("sub", {}, [c.literal("float64", [], 1), t as Var]);
        const dt = c.one("min", {}, [step as Var, rest]);
        const slope = c.one("sin", {}, [c.one("add", {}, [s as Var, t as Var])]);
        const grow = c.one("add", {}, [
          c.literal("float64", [], 1),
          mul(c, mul(c, slope, slope), c.literal("float64", [], 0.3)),
        ]);
        return [c.one("add", {}, [t as Var, dt]), mul(c, dt, grow), c.one("add", {}, [s as Var, mul(c, dt, slope)])];
      });
      const outputs = b.emit("while", { nCondConst: 0, nConst: 0, nCarry: 3, cond, body, keep: auto }, [
        b.literal("float64", [], 0),
        h,
        y,
      ]);
      return [outputs[2] as Var];
    },
  ),
  opCase("while: records that a scan reads backwards", [floats(5, [], 0.2, 0.4), floats(6, [], 0.5, 1)], (b, p, x) => {
    const { cond, body } = growth(true);
    const [end, trips, seen] = b.emit("while", { nCondConst: 1, nConst: 1, nCarry: 1, cond, body, keep: auto }, [
      b.literal("float64", [], 2),
      p,
      x,
    ]) as [Var, Var, Var];
    const read = program([f64, f64], (c, s, y) => c.one("add", {}, [mul(c, s, c.one("cos", {}, [y])), y]));
    return scan(b, { length: null, nConst: 0, nCarry: 1, ys: [], body: read, reverse: true }, [trips, end, seen]);
  }),
  opCase("while: inside a scan", [floats(7, [], 0.2, 0.4), floats(8, [3], 0.5, 1)], (b, p, xs) => {
    const body = program([f64, f64, f64], (c, k, s, x) => {
      const [end] = growUntil(c, k, c.literal("float64", [], 2), x);
      return c.one("add", {}, [mul(c, s, k), mul(c, end as Var, x)]);
    });
    return scan(b, { length: 3, nConst: 1, nCarry: 1, ys: [], body }, [p, p, xs]);
  }),
];

interface ScanParts {
  readonly length: number | null;
  readonly nConst: number;
  readonly nCarry: number;
  readonly ys: readonly boolean[];
  readonly body: Graph;
  readonly reverse?: boolean;
}

function scan(
  b: Builder,
  { length, nConst, nCarry, ys, body, reverse = false }: ScanParts,
  inputs: readonly (Var | undefined)[],
): readonly Var[] {
  return b.emit("scan", { length, reverse, nConst, nCarry, yHistory: ys, body, keep: auto }, inputs as readonly Var[]);
}

/** x -> x + p * (1 + sin(x)^2) while x is below the bound. */
function growUntil(b: Builder, p: Var | undefined, bound: Var | undefined, x: Var | undefined): readonly Var[] {
  const { cond, body } = growth(false);
  return b.emit("while", { nCondConst: 1, nConst: 1, nCarry: 1, cond, body, keep: auto }, [
    bound,
    p,
    x,
  ] as readonly Var[]);
}

function growth(record: boolean): { readonly cond: Graph; readonly body: Graph } {
  const cond = program([f64, f64], (c, bound, x) => c.one("compare", { relation: "lt" }, [x as Var, bound as Var]));
  const body = program([f64, f64], (c, p, x) => {
    const sine = c.one("sin", {}, [x as Var]);
    const rate = c.one("add", {}, [c.literal("float64", [], 1), mul(c, sine, sine)]);
    const next = c.one("add", {}, [x as Var, mul(c, p, rate)]);
    return record ? [next, mul(c, sine, x)] : [next];
  });
  return { cond, body };
}

function mul(b: Builder, x: Var | undefined, y: Var | undefined): Var {
  return b.one("mul", {}, [x as Var, y as Var]);
}

function wide(b: Builder, x: Var | undefined, size: number): Var {
  return b.one("broadcast", { shape: [size], axes: [] }, [x as Var]);
}
