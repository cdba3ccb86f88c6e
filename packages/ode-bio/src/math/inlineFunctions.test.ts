import { describe, expect, it } from "@jest/globals";
import { ModelError } from "../model/modelError.js";
import type { Expression } from "./expression.js";
import { makeInliner, maximumFormulaDepth, type FunctionDefinition } from "./inlineFunctions.js";

const place = { file: null, line: 7 };
const name = (id: string): Expression => ({ kind: "name", id });
const call = (id: string, ...args: Expression[]): Expression => ({ kind: "call", id, args });
const times = (...args: Expression[]): Expression => ({ kind: "apply", op: "times", args });
const define = (id: string, args: string[], body: Expression | null): FunctionDefinition => ({ id, args, body, place });

describe("makeInliner", () => {
  it("puts bodies in the place of calls, also of calls inside of bodies and arguments", () => {
    const { inline } = makeInliner([
      define("square", ["a"], times(name("a"), name("a"))),
      define("fourth", ["b"], call("square", call("square", name("b")))),
    ]);
    const x2 = times(name("x"), name("x"));
    expect(inline(call("fourth", name("x")), place)).toEqual(times(x2, x2));
  });

  it("takes arguments apart from names that are called the same", () => {
    const { inline } = makeInliner([define("f", ["a", "b"], times(name("b"), name("a")))]);
    expect(inline(call("f", name("b"), name("a")), place)).toEqual(times(name("a"), name("b")));
  });

  it("renames local parameters, in arguments too, and takes rates of arguments", () => {
    const { inline } = makeInliner([define("rate", ["v"], { kind: "rateOf", id: "v" })]);
    const renamed = new Map([["k", "R.k"]]);
    expect(inline(times(name("k"), call("rate", name("k")), name("x")), place, renamed)).toEqual(
      times(name("R.k"), { kind: "rateOf", id: "R.k" }, name("x")),
    );
    expect(() => inline(call("rate", { kind: "number", value: 1 }), place)).toThrow(/rateOf/);
  });

  it("refuses recursion, direct and by others, unknown functions, wrong arguments, and bodies that are missing", () => {
    const { inline } = makeInliner([
      define("self", ["a"], call("self", name("a"))),
      define("ping", ["a"], call("pong", name("a"))),
      define("pong", ["a"], call("ping", name("a"))),
      define("empty", [], null),
    ]);
    expect(() => inline(call("self", name("x")), place)).toThrow(/line 7, self: the function calls itself/);
    expect(() => inline(call("ping", name("x")), place)).toThrow(/calls itself/);
    expect(() => inline(call("other"), place)).toThrow(/not defined/);
    expect(() => inline(call("self"), place)).toThrow(/Got: 0\. Expected: 1/);
    expect(() => inline(call("empty"), place)).toThrow(/no formula/);
  });

  it("refuses bodies with names that are not their arguments", () => {
    expect(() => makeInliner([define("f", ["a"], name("b"))])).toThrow(ModelError);
  });

  it("refuses formulas that double at each function, before they fill the memory", () => {
    const doubling = Array.from({ length: 60 }, (_, k) => {
      const inner = k === 0 ? name("a") : call(`f${k - 1}`, name("a"));
      return define(`f${k}`, ["a"], times(inner, inner));
    });
    expect(() => makeInliner(doubling).inline(call("f59", name("x")), place)).toThrow(/too large/);
  });

  it("refuses formulas that grow deep", () => {
    const chain = Array.from({ length: maximumFormulaDepth + 1 }, (_, k) =>
      define(`f${k}`, ["a"], k === 0 ? name("a") : times(call(`f${k - 1}`, name("a")))),
    );
    const { inline } = makeInliner(chain);
    expect(() => inline(call(`f${maximumFormulaDepth}`, name("x")), place)).toThrow(/too large/);
  });
});
