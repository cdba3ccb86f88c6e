import type { Builder } from "../../ir/builder.js";
import type { Graph, Var } from "../../ir/types.js";
import type { OpCase, OpCases } from "./case.js";
import { f64, f64s, floats, numbers, opCase, program } from "./case.js";
import { loopCases, whileCases } from "./loops.js";

/** Instances of what has bodies. */
export const controlOpCases: OpCases<"historyAdd" | "check" | "debugPrint" | "call" | "cond" | "scan" | "while"> = {
  historyAdd: [historyAddCase("static", false), historyAddCase("run-time", true)],

  check: [
    opCase("check of a comparison", [floats(1, [], 0.5, 1)], (b, x) => {
      b.emit("check", { message: "x must be positive" }, [positive(b, x)]);
      return b.one("mul", {}, [x, x]);
    }),
    opCase("check in a called body", [floats(2, [], 0.5, 1)], (b, x) => {
      const body = program([f64], (c, y) => {
        c.emit("check", { message: "y must be positive" }, [positive(c, y)]);
        return c.one("sqrt", {}, [y]);
      });
      const [y] = b.emit("call", { body, map: null }, [x]) as [Var];
      return b.one("mul", {}, [x, y]);
    }),
  ],

  // Nothing is printed: for no elements, and in a step that does not run.
  debugPrint: [
    opCase("debugPrint of no elements", [floats(1, [0]), floats(2, [])], (b, x, y) => {
      b.emit("debugPrint", { format: "x = {}", batch: 1 }, [x as Var]);
      return b.one("mul", {}, [y, y]);
    }),
    opCase("debugPrint in a loop that does not run", [floats(2, [3])], (b, x) => {
      const body = program([f64s(3)], (c, y) => {
        c.emit("debugPrint", { format: "y = {}", batch: 0 }, [y]);
        return c.one("mul", {}, [y, y]);
      });
      const trips = b.literal("int32", [], 0);
      const scan = {
        length: null,
        reverse: false,
        nConst: 0,
        nCarry: 1,
        yHistory: [],
        keep: { kind: "auto" },
      } as const;
      return b.emit("scan", { ...scan, body }, [trips, x]);
    }),
  ],

  call: [
    opCase("call of a shared body, twice", [floats(1, [3]), floats(2, [3])], (b, x, p) => {
      const body = shared();
      const [y] = b.emit("call", { body, map: null }, [x, p]) as [Var, Var];
      const [z, w] = b.emit("call", { body, map: null }, [y, p]) as [Var, Var];
      return [z, b.one("mul", {}, [w, x])];
    }),
    opCase("call with a map, one operand for all", [floats(3, [4, 3]), floats(4, [3])], (b, x, p) => {
      const map = { size: 4, mapped: [true, false] };
      return b.emit("call", { body: shared(), map }, [x, p]);
    }),
    opCase("call with a map over a while", [floats(5, [3], 0.3, 1.5), floats(6, [], 0.5, 1)], (b, x, p) => {
      const map = { size: 3, mapped: [true, false] };
      return b.emit("call", { body: growth(), map }, [x, p]).slice(0, 1);
    }),
    opCase("call that passes an operand through", [floats(7, [2]), floats(8, [2])], (b, x, y) => {
      const body = program([f64s(2), f64s(2)], (_, u, v) => [v as Var, u as Var, u as Var]);
      const [a, c, d] = b.emit("call", { body, map: null }, [x, y]) as [Var, Var, Var];
      return b.one("mul", {}, [b.one("mul", {}, [a, c]), d]);
    }),
  ],

  cond: [
    condCase("true", 1),
    condCase("false", -1),
    opCase("cond on an integer", [numbers("int32", [], [2]), floats(4, [2])], (b, k, x) => {
      const predicate = b.one("compare", { relation: "gt" }, [k, b.literal("int32", [], 1)]);
      const branches = [
        program([f64s(2)], (c, y) => c.one("exp", {}, [y])),
        program([f64s(2)], (c) => c.literal("float64", [2], 1)),
      ] as const;
      return b.emit("cond", { branches }, [predicate, x]);
    }),
  ],

  scan: loopCases,
  while: whileCases,
};

/** (x, p) -> (p * sin x, x^2 + p). */
function shared(): Graph {
  return program([f64s(3), f64s(3)], (b, x, p) => [
    b.one("mul", {}, [p, b.one("sin", {}, [x])]),
    b.one("add", {}, [b.one("mul", {}, [x, x]), p]),
  ]);
}

/** x grows by p * x a step until it is 4: the number of steps depends on x. */
function growth(): Graph {
  const cond = program([f64], (b, x) => b.one("compare", { relation: "lt" }, [x, b.literal("float64", [], 4)]));
  // sin x would vanish at pi, so x is halved where it is used.
  const body = program([f64, f64], (b, p, x) => {
    const half = b.one("mul", {}, [x, b.literal("float64", [], 0.5)]);
    return b.one("add", {}, [x, b.one("mul", {}, [p, b.one("sin", {}, [half])])]);
  });
  return program([f64, f64], (b, x, p) =>
    b.emit("while", { nCondConst: 0, nConst: 1, nCarry: 1, cond, body, keep: { kind: "auto" } }, [p, x]),
  );
}

/** Both branches use the operands, one of them loops. */
function condCase(name: string, sign: number): OpCase {
  return opCase(
    `cond that is ${name}`,
    [numbers("float64", [], [sign]), floats(1, [3]), floats(2, [3])],
    (b, s, x, y) => {
      const branches = [
        program([f64s(3), f64s(3)], (c, u, v) => [c.one("mul", {}, [u, v]), c.literal("float64", [], 2)]),
        program([f64s(3), f64s(3)], (c, u, v) => {
          const step = program([f64s(3), f64s(3)], (d, p, z) => d.one("sin", {}, [d.one("add", {}, [p, z])]));
          const [end] = c.emit(
            "scan",
            { length: 3, reverse: false, nConst: 1, nCarry: 1, yHistory: [], body: step, keep: { kind: "auto" } },
            [v, u],
          ) as [Var];
          return [end, c.one("reduceSum", { axes: [0] }, [u])];
        }),
      ] as const;
      const [a, c] = b.emit("cond", { branches }, [positive(b, s), x, y]) as [Var, Var];
      return [b.one("mul", {}, [a, x]), c];
    },
  );
}

/** Two recorded loops of one length, their Histories added, the sum read backwards. */
function historyAddCase(name: string, runTime: boolean): OpCase {
  return opCase(
    `historyAdd, ${name} length`,
    [numbers("int32", [], [4]), floats(1, []), floats(2, [])],
    (b, n, p, q) => {
      const length = runTime ? null : 4;
      const head = runTime ? [n] : [];
      const keep = { kind: "auto" } as const;
      const record = program([f64, f64], (c, k, x) => [c.one("sin", {}, [c.one("mul", {}, [k, x])]), x as Var]);
      const sum = program([f64, f64], (c, total, x) => c.one("add", {}, [c.one("mul", {}, [total, total]), x]));
      const run = (k: Var, x: Var): Var => {
        const params = { length, reverse: false, nConst: 1, nCarry: 1, yHistory: [true], body: record, keep };
        return b.emit("scan", params, [...head, k, x])[1] as Var;
      };
      const both = b.one("historyAdd", {}, [run(p, q), run(q, p)]);
      return b.emit("scan", { length, reverse: true, nConst: 0, nCarry: 1, yHistory: [], body: sum, keep }, [
        ...head,
        b.literal("float64", [], 0.1),
        both,
      ]);
    },
  );
}

function positive(b: Builder, x: Var): Var {
  return b.one("compare", { relation: "gt" }, [x, b.literal("float64", [], 0)]);
}
