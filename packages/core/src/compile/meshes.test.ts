import { describe, expect, it } from "@jest/globals";
import { seededRandom } from "../testing/random.js";
import { foriLoop } from "../trace/control.js";
import { elementsOf } from "../trace/frame.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import type { DType } from "../util/dtype.js";
import { backendNames } from "./backends.js";
import { explain } from "./explain.js";
import { grad } from "./grad.js";
import { jit } from "./jit.js";
import { jvp } from "./forward.js";
import { vmap } from "./vmap.js";

const [vertices, faceCount, edgeCount] = [11, 17, 23];
const random = seededRandom(5);
const table = (rows: number, columns: number): Tensor =>
  np.array(
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.integer(0, vertices))),
    "int32",
  );
const faces = table(faceCount, 3);
const edges = table(edgeCount, 2);
const positions = (dimensions: number, dtype: DType): Tensor =>
  np.array(
    Array.from({ length: vertices }, () => Array.from({ length: dimensions }, () => random.uniform(-1, 1))),
    dtype,
  );

/** The corners of each element, from one table or from one list of indices each. */
type Corners = (x: Tensor, of: Tensor) => readonly Tensor[];
const ways: Readonly<Record<string, Corners>> = {
  "lists of indices": (x, of) =>
    Array.from({ length: of.shape[1] as number }, (_, k) => np.take(x, of.slice(null, k), { axis: 0 })),
  "a table of indices": (x, of) => {
    const all = np.take(x, of, { axis: 0 });
    return Array.from({ length: of.shape[1] as number }, (_, k) => all.slice(null, k));
  },
};

function springs(x: Tensor, rest: Tensor, corners: Corners): Tensor {
  const [a, b] = corners(x, edges) as [Tensor, Tensor];
  const length = np.sqrt(a.sub(b).square().sum({ axis: 1 }).add(0.01));
  return length.div(rest).sub(1).square().mean();
}

const energies: Readonly<Record<number, (x: Tensor, rest: Tensor, corners: Corners) => Tensor>> = {
  2: (x, rest, corners) => {
    const [p, q, r] = corners(x, faces) as [Tensor, Tensor, Tensor];
    const [u, v] = [q.sub(p), r.sub(p)];
    const area = u
      .slice(null, 0)
      .mul(v.slice(null, 1))
      .sub(u.slice(null, 1).mul(v.slice(null, 0)))
      .mul(0.5);
    return springs(x, rest, corners).add(area.sub(rest.square()).square().mean());
  },
  3: (x, rest, corners) => {
    const [p, q, r] = corners(x, faces) as [Tensor, Tensor, Tensor];
    const [u, v] = [q.sub(p), r.sub(p)];
    const part = (i: number, j: number): Tensor =>
      u
        .slice(null, i)
        .mul(v.slice(null, j))
        .sub(u.slice(null, j).mul(v.slice(null, i)));
    const normal = np.stack([part(1, 2), part(2, 0), part(0, 1)], 1);
    return springs(x, rest, corners).add(normal.square().sum({ axis: 1 }).sub(rest).square().mean());
  },
  4: (x, rest, corners) => springs(x, rest, corners),
};

const descent =
  (dimensions: number, corners: Corners) =>
  (x: Tensor, rest: Tensor): Tensor => {
    const energy = (y: Tensor): Tensor => (energies[dimensions] as (typeof energies)[2])(y, rest, corners);
    return foriLoop(0, 4, (_, y: Tensor) => y.sub(grad(energy)(y).mul(0.01)), x);
  };

describe.each([2, 3, 4])("a mesh in %s dimensions", (dimensions) => {
  describe.each(Object.keys(ways))("with %s", (way) => {
    const step = descent(dimensions, ways[way] as Corners);
    const spread = (x: Tensor, rest: Tensor): Tensor => springs(step(x, rest), rest, ways[way] as Corners);
    const works: Readonly<Record<string, (x: Tensor, rest: Tensor) => Tensor>> = {
      descent: step,
      "its derivative forwards": (x, rest) =>
        jvp((r: Tensor) => spread(x, r), [rest], [np.ones([], x.dtype)])[1] as Tensor,
      "its derivative in reverse": (x, rest) => grad(spread)(x, rest),
      "a batch": (x, rest) => vmap((s: Tensor) => step(x.mul(s), rest))(np.array([1, 0.9, 1.1], x.dtype)),
    };
    it.each(Object.keys(works))("gives the same bits on all backends: %s", (name) => {
      for (const dtype of ["float64", "float32"] as const) {
        const args = [positions(dimensions, dtype), np.array(0.7, dtype)] as const;
        const [first, ...others] = backendNames.map((backend) =>
          Array.from(elementsOf(jit(works[name] as typeof step, { backend, verify: true })(...args))),
        );
        expect(first?.every(Number.isFinite)).toBe(true);
        for (const other of others) expect(other).toEqual(first);
      }
    });
  });
});

describe("a step of mesh descent", () => {
  it.each(Object.keys(ways))("is one loop over faces and one over edges, with %s", (way) => {
    const step = descent(2, ways[way] as Corners);
    const { stages } = explain(step)(positions(2, "float64"), np.array(0.7));
    const text = stages.find(({ name }) => name === "loops")?.text ?? "";
    const nests = text.slice(text.indexOf("loop 0")).match(/nest \[.*\]/g);
    expect(nests).toEqual(["nest [11,2]", "nest [23,2]", "nest [17,2]", "nest [11,2]"]);
  });
});
