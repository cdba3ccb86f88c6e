import { describe, expect, it } from "@jest/globals";
import { print } from "../ir/print.js";
import { arrayType } from "../ir/types.js";
import { graphOf, vector } from "../testing/graphs/build.js";
import { accessMapsPass } from "./accessMaps.js";
import { columnGathers, columnGathersPass } from "./columnGathers.js";
import { runPasses } from "./pass.js";
import { simplifyPass } from "./simplify.js";
import { beforeDifferentiation } from "./pipelines.js";
import { vjp } from "./vjp.js";
import type { Graph, Var } from "../ir/types.js";
import type { Builder } from "../ir/builder.js";

const table = arrayType("int32", [5, 3]);
const points = arrayType("float64", [4, 2]);

function rows(b: Builder, x: Var, faces: Var): Var {
  const flat = b.one("reshape", { shape: [15] }, [faces]);
  return b.one("reshape", { shape: [5, 3, 2] }, [b.one("gather", { batch: 0, mode: "clip" }, [x, flat])]);
}

function corner(b: Builder, all: Var, k: number): Var {
  const part = b.one("slice", { start: [0, k, 0], limit: [5, k + 1, 2], stride: [1, 1, 1] }, [all]);
  return b.one("reshape", { shape: [5, 2] }, [part]);
}

/** Edge vectors of triangles, from a table of corners. */
const byTable: Graph = graphOf([points, table], (b, [x, faces]) => {
  const all = rows(b, x!, faces!);
  return b.one("sub", {}, [corner(b, all, 1), corner(b, all, 0)]);
});

/** The same, column by column of the table. */
const byColumn: Graph = graphOf([points, table], (b, [x, faces]) => {
  const column = (k: number): Var => {
    const part = b.one("slice", { start: [0, k], limit: [5, k + 1], stride: [1, 1] }, [faces!]);
    return b.one("gather", { batch: 0, mode: "clip" }, [x!, b.one("reshape", { shape: [5] }, [part])]);
  };
  return b.one("sub", {}, [column(1), column(0)]);
});

describe("columnGathers", () => {
  it("reads the columns of an index table that are used", () => {
    const graph = runPasses([accessMapsPass, columnGathersPass, simplifyPass], byTable, { verify: true });
    expect(print(graph)).toMatchInlineSnapshot(`
      "graph (a: float64[4,2], b: int32[5,3]) {
        c: int32[5] = view{shape: [5], pieces: [{box: [[0, 5]], input: 0, index: [{axis: 0, stride: 1, offset: 0}, {axis: null, stride: 0, offset: 1}]}]} b
        d: float64[5,2] = gather{batch: 0, mode: "clip"} a c
        e: float64[5,2] = view{shape: [5, 2], pieces: [{box: [[0, 5], [0, 2]], input: 0, index: [{axis: 0, stride: 1, offset: 0}, {axis: 1, stride: 1, offset: 0}]}]} d
        f: int32[5] = view{shape: [5], pieces: [{box: [[0, 5]], input: 0, index: [{axis: 0, stride: 1, offset: 0}, {axis: null, stride: 0, offset: 0}]}]} b
        g: float64[5,2] = gather{batch: 0, mode: "clip"} a f
        h: float64[5,2] = view{shape: [5, 2], pieces: [{box: [[0, 5], [0, 2]], input: 0, index: [{axis: 0, stride: 1, offset: 0}, {axis: 1, stride: 1, offset: 0}]}]} g
        i: float64[5,2] = sub e h
        return i
      }"
    `);
  });

  it("makes one program, and one derivative, of a table and of its columns", () => {
    const [a, b] = [byTable, byColumn].map((graph) => runPasses(beforeDifferentiation, graph, { verify: true }));
    expect(print(a!)).toBe(print(b!));
    const reverse = (graph: Graph): string => print(vjp(graph, [true, false]).graph);
    expect(reverse(a!)).toBe(reverse(b!));
  });

  it("reads one coordinate of one corner", () => {
    const graph = graphOf([points, table], (b, [x, faces]) => {
      const part = { start: [0, 2, 1], limit: [5, 3, 2], stride: [1, 1, 1] };
      return b.one("reshape", { shape: [5] }, [b.one("slice", part, [rows(b, x!, faces!)])]);
    });
    const changed = runPasses([accessMapsPass, columnGathersPass, simplifyPass], graph, { verify: true });
    expect(changed.equations.map(({ op }) => op)).toEqual(["view", "gather", "view"]);
  });

  it("leaves a table of rows that is read as a whole too", () => {
    const graph = graphOf([points, table], (b, [x, faces]) => {
      const all = rows(b, x!, faces!);
      return [b.one("mul", {}, [all, all]), corner(b, all, 1)];
    });
    const maps = accessMapsPass.run(graph);
    expect(columnGathers(maps)).toBe(maps);
    const other = graphOf([vector(4), arrayType("int32", [6])], (b, [x, k]) => {
      const read = b.one("reshape", { shape: [2, 3] }, [b.one("gather", { batch: 0, mode: "clip" }, [x!, k!])]);
      return b.one("transpose", { permutation: [1, 0] }, [read]);
    });
    const turned = accessMapsPass.run(other);
    expect(columnGathers(turned)).toBe(turned);
  });
});
