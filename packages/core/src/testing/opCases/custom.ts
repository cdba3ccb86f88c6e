import { derivativeByJvp } from "../../ir/derivatives.js";
import type { Graph, Var } from "../../ir/types.js";
import type { OpCases } from "./case.js";
import { f64s, floats, opCase, program } from "./case.js";

/** Instances of what has a derivative of its own. */
export const customOpCases: OpCases<"customCall" | "linearCall"> = {
  customCall: [
    opCase("customCall with a rule for tangents", [floats(1, [3]), floats(2, [3])], (b, x, y) => {
      // The body has no derivative that could be mistaken for the rule's: it is the rule's function by another way.
      const body = program([f64s(3), f64s(3)], (c, u, v) => c.one("mul", {}, [u as Var, c.one("sin", {}, [v as Var])]));
      const derivative = derivativeByJvp(productRule);
      return b.emit("customCall", { body, derivative }, [x as Var, y as Var]);
    }),
    opCase("customCall whose rule calls itself", [floats(3, [2])], (b, x) => {
      const derivative = derivativeByJvp(() => expRule());
      const body = program([f64s(2)], (c, u) => c.one("exp", {}, [u as Var]));
      const expRule = (): Graph =>
        program([f64s(2), f64s(2)], (c, u, t) => {
          const [y] = c.emit("customCall", { body, derivative }, [u as Var]) as [Var];
          return [y, c.one("mul", {}, [t as Var, y])];
        });
      return b.emit("customCall", { body, derivative }, [x as Var]);
    }),
    opCase("customCall that is computed again", [floats(4, [4]), floats(5, [4])], (b, x, y) => {
      const body = program([f64s(4), f64s(4)], (c, u, v) => {
        const w = c.one("tanh", {}, [c.one("mul", {}, [u as Var, v as Var])]);
        return [c.one("mul", {}, [w, w]), c.one("add", {}, [w, v as Var])];
      });
      const [p, q] = b.emit("customCall", { body, derivative: { kind: "recompute" } }, [x as Var, y as Var]) as [
        Var,
        Var,
      ];
      return b.one("mul", {}, [p, q]);
    }),
  ],

  linearCall: [
    opCase("linearCall that solves", [floats(6, [3], 0.5, 2), floats(7, [3])], (b, a, x) =>
      b.emit(
        "linearCall",
        { nConst: 1, forward: quotient(), backward: quotient(), inverse: product(), label: "a diagonal solve" },
        [a as Var, x as Var],
      ),
    ),
    opCase("linearCall that multiplies", [floats(8, [3]), floats(9, [3])], (b, a, x) =>
      b.emit(
        "linearCall",
        { nConst: 1, forward: product(), backward: product(), inverse: null, label: "a diagonal product" },
        [a as Var, x as Var],
      ),
    ),
  ],
};

/** (u, v, u', v') -> (u sin v, u' sin v + u v' cos v). */
function productRule(): Graph {
  return program([f64s(3), f64s(3), f64s(3), f64s(3)], (c, u, v, du, dv) => {
    const [sin, cos] = [c.one("sin", {}, [v as Var]), c.one("cos", {}, [v as Var])];
    const along = c.one("mul", {}, [c.one("mul", {}, [u as Var, cos]), dv as Var]);
    return [c.one("mul", {}, [u as Var, sin]), c.one("add", {}, [c.one("mul", {}, [du as Var, sin]), along])];
  });
}

function product(): Graph {
  return program([f64s(3), f64s(3)], (c, a, x) => c.one("mul", {}, [x as Var, a as Var]));
}

function quotient(): Graph {
  return program([f64s(3), f64s(3)], (c, a, x) => c.one("div", {}, [x as Var, a as Var]));
}
