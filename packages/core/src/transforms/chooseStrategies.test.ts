import { describe, expect, it } from "@jest/globals";
import type { Builder } from "../ir/builder.js";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { Equation, Graph, Keep, Var } from "../ir/types.js";
import { arrayType } from "../ir/types.js";
import type { Value } from "../ir/values.js";
import { sameBits } from "../ir/values.js";
import { NumericalError } from "../util/errors.js";
import { chooseStrategies } from "./chooseStrategies.js";
import { runPasses } from "./pass.js";
import { afterDifferentiation, beforeDifferentiation } from "./pipelines.js";
import { simplify } from "./simplify.js";
import { emitScan, graphOf, scalar, vector } from "../testing/graphs/build.js";
import { randomValues, seeded } from "../testing/graphs/randomGraph.js";
import { vjp } from "./vjp.js";

const cells = 6;
const field = vector(cells);

function laplacian(b: Builder, u: Var): Var {
  const cut = (start: number, limit: number): Var =>
    b.one("slice", { start: [start], limit: [limit], stride: [1] }, [u]);
  const pad = (low: number, high: number, x: Var): Var =>
    b.one("pad", { low: [low], high: [high], interior: [0], value: 0 }, [x]);
  const twice = b.one("mul", {}, [b.literal("float64", [cells], 2), u]);
  return b.one("sub", {}, [b.one("add", {}, [pad(1, 0, cut(0, cells - 1)), pad(0, 1, cut(1, cells))]), twice]);
}

/** 2 v - w + c (lap v + source): the step of a leapfrog, and with v and w exchanged its inverse. */
function leap(b: Builder, c: Var, v: Var, w: Var, source: Var): Var {
  const twice = b.one("mul", {}, [b.literal("float64", [cells], 2), v]);
  const force = b.one("mul", {}, [c, b.one("add", {}, [laplacian(b, v), source])]);
  return b.one("add", {}, [b.one("sub", {}, [twice, w]), force]);
}

/** (squared Courant numbers, start, sources [steps, cells]) -> (final field, trace [steps] of its sum). */
function leapfrog(steps: number, keep: Keep): Graph {
  return graphOf([field, field, arrayType("float64", [steps, cells])], (b, [c, start, sources]) => {
    const carry = [start!, start!];
    const out = emitScan(
      b,
      { length: steps, consts: [c!], carry, xs: [sources!], yHistory: [false], keep },
      (inner, [k, before, now, source]) => [
        now!,
        leap(inner, k!, now!, before!, source!),
        inner.one("reduceSum", { axes: [0] }, [now!]),
      ],
    );
    return out.slice(1);
  });
}

const inverse: Graph = graphOf([field, field, field, field], (b, [c, now, after, source]) => [
  leap(b, c!, now!, after!, source!),
  now!,
]);

const inverseKeep: Keep = { kind: "inverse", body: inverse, tolerance: 1e-9 };

function gradientOf(graph: Graph): Graph {
  return vjp(runPasses(beforeDifferentiation, graph, { verify: true }), [true, true, true]).graph;
}

function inputsFor(graph: Graph): Value[] {
  const random = seeded(3);
  return randomValues(
    graph.inputs.map(({ type }) => type),
    random,
  ).map((value, i) => ({ ...value, data: value.data.map(() => (i === 0 ? 0.2 + 0.1 * random() : random() - 0.5)) }));
}

function run(graph: Graph): Value[] {
  return interpret(graph, inputsFor(graph));
}

function scansOf(graph: Graph): Equation<"scan">[] {
  return graph.equations.filter((equation): equation is Equation<"scan"> => equation.op === "scan");
}

/** Length and number of recorded carries of the scans at the top. */
function shapeOfRun(graph: Graph): string[] {
  return scansOf(graph).map(({ params }) => `${params.reverse ? "reverse " : ""}${params.length}`);
}

describe("chooseStrategies", () => {
  const steps = 20;
  const prepared = (keep: Keep): Graph => gradientOf(leapfrog(steps, keep));
  const whole = (): Graph => runPasses(afterDifferentiation(), prepared({ kind: "all" }), { verify: true });

  it.each([1, 3, 4, 7, 10, 19])("blocks of %i steps give the bits of all", (size) => {
    const blocks = runPasses(afterDifferentiation(), prepared({ kind: "blocks", size }), { verify: true });
    const rest = steps % size;
    const count = Math.floor(steps / size);
    expect(shapeOfRun(blocks)).toEqual(
      rest === 0 ? [`${count}`, `reverse ${count}`] : [`${count}`, `${rest}`, `reverse ${rest}`, `reverse ${count}`],
    );
    const expected = run(whole());
    run(blocks).forEach((value, k) => expect(sameBits(value, expected[k]!)).toBe(true));
  });

  it("takes blocks of the square root of the steps if asked, or if the Histories are large", () => {
    const asked = runPasses(afterDifferentiation(), prepared({ kind: "blocks", size: null }));
    expect(shapeOfRun(asked)).toEqual(["5", "reverse 5"]);
    const auto = prepared({ kind: "auto" });
    expect(shapeOfRun(runPasses(afterDifferentiation({ historyLimitBytes: 100 }), auto))).toEqual(["5", "reverse 5"]);
    expect(shapeOfRun(runPasses(afterDifferentiation(), auto))).toEqual(["20", "reverse 20"]);
  });

  it("leaves short loops, and those that are to be kept whole", () => {
    const options = { historyLimitBytes: 0 };
    const short = runPasses(afterDifferentiation(options), gradientOf(leapfrog(15, { kind: "auto" })));
    expect(shapeOfRun(short)).toEqual(["15", "reverse 15"]);
    expect(shapeOfRun(runPasses(afterDifferentiation(options), prepared({ kind: "all" })))).toEqual([
      "20",
      "reverse 20",
    ]);
  });

  it("rebuilds the carries by an inverse, and checks the start", () => {
    const rebuilt = runPasses(afterDifferentiation(), prepared(inverseKeep), { verify: true });
    expect(shapeOfRun(rebuilt)).toEqual(["20", "reverse 20"]);
    expect(scansOf(rebuilt).flatMap(({ params }) => params.yHistory)).toEqual([false, false]);
    const expected = run(whole());
    run(rebuilt).forEach((value, k) => {
      const other = expected[k];
      if (value.kind !== "array" || other?.kind !== "array") throw new Error("no array");
      value.data.forEach((x, i) => expect(Math.abs(x - other.data[i]!)).toBeLessThan(1e-11));
    });
  });

  it("fails where the inverse does not undo the step", () => {
    const wrong = graphOf([field, field, field, field], (b, [c, now, after, source]) => {
      const moved = leap(b, c!, now!, after!, source!);
      return [b.one("mul", {}, [moved, b.literal("float64", [cells], 1.001)]), now!];
    });
    const graph = runPasses(afterDifferentiation(), prepared({ ...inverseKeep, body: wrong } as Keep));
    expect(() => run(graph)).toThrow(NumericalError);
    expect(() => run(graph)).toThrow("does not undo it");
  });

  const pair = (length: number, keep: Keep, reverse = true): Graph =>
    graphOf([scalar, scalar, vector(length)], (b, [c, x, row]) => {
      const recorded = emitScan(
        b,
        { length, consts: [c!], carry: [x!, x!], xs: [row!], yHistory: [true, false, true], keep },
        (inner, [k, p, q, r]) => {
          const next = inner.one("sin", {}, [inner.one("mul", {}, [k!, p!])]);
          return [next, inner.one("add", {}, [q!, r!]), p!, next, inner.one("mul", {}, [p!, q!])];
        },
      );
      const read = emitScan(
        b,
        {
          length,
          reverse,
          consts: [c!],
          carry: [recorded[1]!],
          xs: [recorded[2]!, row!, recorded[4]!],
          yHistory: [false],
        },
        (inner, [k, ct, entry, r, product]) => {
          const next = inner.one("sub", {}, [
            inner.one("mul", {}, [ct!, entry!]),
            inner.one("mul", {}, [product!, r!]),
          ]);
          return [next, inner.one("mul", {}, [next, k!])];
        },
      );
      return [recorded[0]!, recorded[3]!, ...read];
    });

  it("writes blocks as nested scans", () => {
    expect(print(simplify(chooseStrategies(pair(7, { kind: "blocks", size: 3 }))))).toMatchInlineSnapshot(`
      "graph (a: float64[], b: float64[], c: float64[7]) {
        d: float64[6] = slice{start: [0], limit: [6], stride: [1]} c
        e: float64[2,3] = reshape{shape: [2, 3]} d
        f: float64[], g: float64[], h: history float64[], i: history float64[], j: float64[2,3] = scan{length: 2, reverse: false, nConst: 1, nCarry: 2, yHistory: [true, true, false], keep: all} a b b e
          body (k: float64[], l: float64[], m: float64[], n: float64[3]) {
            o: float64[], p: float64[], q: float64[3] = scan{length: 3, reverse: false, nConst: 1, nCarry: 2, yHistory: [false], keep: all} k l m n
              body (r: float64[], s: float64[], t: float64[], u: float64[]) {
                v: float64[] = mul r s
                w: float64[] = sin v
                x: float64[] = add t u
                return w, x, w
              }
            return o, p, l, m, q
          }
        y: float64[6] = reshape{shape: [6]} j
        z: float64[1] = slice{start: [6], limit: [7], stride: [1]} c
        aa: float64[], ab: float64[], ac: history float64[], ad: float64[1], ae: history float64[] = scan{length: 1, reverse: false, nConst: 1, nCarry: 2, yHistory: [true, false, true], keep: all} a f g z
          body (r: float64[], s: float64[], t: float64[], u: float64[]) {
            v: float64[] = mul r s
            w: float64[] = sin v
            x: float64[] = add t u
            af: float64[] = mul s t
            return w, x, s, w, af
          }
        ag: float64[7] = concatenate{axis: 0} y ad
        ah: float64[1] = slice{start: [6], limit: [7], stride: [1]} c
        ai: float64[], aj: float64[1] = scan{length: 1, reverse: true, nConst: 1, nCarry: 1, yHistory: [false], keep: all} a ab ac ah ae
          body (ak: float64[], al: float64[], am: float64[], an: float64[], ao: float64[]) {
            ap: float64[] = mul al am
            aq: float64[] = mul ao an
            ar: float64[] = sub ap aq
            as: float64[] = mul ar ak
            return ar, as
          }
        at: float64[6] = slice{start: [0], limit: [6], stride: [1]} c
        au: float64[2,3] = reshape{shape: [2, 3]} at
        av: float64[6] = slice{start: [0], limit: [6], stride: [1]} c
        aw: float64[2,3] = reshape{shape: [2, 3]} av
        ax: float64[], ay: float64[2,3] = scan{length: 2, reverse: true, nConst: 1, nCarry: 1, yHistory: [false], keep: all} a ai h i au aw
          body (az: float64[], ba: float64[], bb: float64[], bc: float64[], bd: float64[3], be: float64[3]) {
            bf: float64[], bg: float64[], bh: history float64[], bi: history float64[] = scan{length: 3, reverse: false, nConst: 1, nCarry: 2, yHistory: [true, true], keep: all} az bb bc bd
              body (r: float64[], s: float64[], t: float64[], u: float64[]) {
                v: float64[] = mul r s
                w: float64[] = sin v
                x: float64[] = add t u
                af: float64[] = mul s t
                return w, x, s, af
              }
            bj: float64[], bk: float64[3] = scan{length: 3, reverse: true, nConst: 1, nCarry: 1, yHistory: [false], keep: all} az ba bh be bi
              body (ak: float64[], al: float64[], am: float64[], an: float64[], ao: float64[]) {
                ap: float64[] = mul al am
                aq: float64[] = mul ao an
                ar: float64[] = sub ap aq
                as: float64[] = mul ar ak
                return ar, as
              }
            return bj, bk
          }
        bl: float64[6] = reshape{shape: [6]} ay
        bm: float64[7] = concatenate{axis: 0} bl aj
        return aa, ag, ax, bm
      }"
    `);
  });

  it.each([1, 2, 5, 6, 8, 11])("keeps stacked outputs and array xs in order (blocks of %i)", (size) => {
    const graph = pair(12, { kind: "blocks", size });
    const changed = chooseStrategies(graph);
    expect(changed.equations.length).toBeGreaterThan(graph.equations.length);
    const expected = run(graph);
    run(changed).forEach((value, k) => expect(sameBits(value, expected[k]!)).toBe(true));
  });

  it("keeps all where a forward loop reads, or where two loops read", () => {
    const forward = chooseStrategies(pair(12, { kind: "blocks", size: 3 }, false));
    expect(shapeOfRun(forward)).toEqual(["12", "12"]);
    expect(scansOf(forward).map(({ params }) => params.keep.kind)).toEqual(["all", "all"]);
    const twice = graphOf([scalar], (b, [x]) => {
      const keep: Keep = { kind: "blocks", size: 2 };
      const recorded = emitScan(b, { length: 6, carry: [x!], yHistory: [true], keep }, (inner, [p]) => [
        inner.one("sin", {}, [p!]),
        p!,
      ]);
      return ["sin", "cos"].flatMap((op) =>
        emitScan(b, { length: 6, reverse: true, carry: [x!], xs: [recorded[1]!] }, (inner, [ct, entry]) => [
          inner.one("mul", {}, [ct!, inner.one(op as "sin" | "cos", {}, [entry!])]),
        ]),
      );
    });
    expect(shapeOfRun(chooseStrategies(twice))).toEqual(["6", "reverse 6", "reverse 6"]);
  });

  it("decides in nested loops too", () => {
    const nested = graphOf([scalar, scalar], (b, [c, x]) =>
      emitScan(b, { length: 4, consts: [c!], carry: [x!] }, (outer, [k, u]) => {
        const keep: Keep = { kind: "blocks", size: 2 };
        const recorded = emitScan(
          outer,
          { length: 5, consts: [k!], carry: [u!], yHistory: [true], keep },
          (w, [r, p]) => [w.one("sin", {}, [w.one("mul", {}, [r!, p!])]), p!],
        );
        return emitScan(
          outer,
          { length: 5, reverse: true, carry: [recorded[0]!], xs: [recorded[1]!] },
          (w, [ct, entry]) => [w.one("mul", {}, [ct!, w.one("cos", {}, [entry!])])],
        );
      }),
    );
    const changed = chooseStrategies(nested);
    const [loop] = scansOf(changed);
    expect(shapeOfRun(loop!.params.body)).toEqual(["2", "1", "reverse 1", "reverse 2"]);
    const expected = run(nested);
    run(changed).forEach((value, k) => expect(sameBits(value, expected[k]!)).toBe(true));
  });
});
