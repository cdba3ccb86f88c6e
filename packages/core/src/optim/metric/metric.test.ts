import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError, UnsupportedError } from "../../util/errors.js";
import { grad } from "../../compile/grad.js";
import { jit } from "../../compile/jit.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { linearMetric } from "./linearMetric.js";
import { precondition, type Metric } from "./metric.js";
import { h1, sobolev } from "./sobolev.js";
import type { Boundary } from "./tridiagonal.js";

const boundaries: readonly Boundary[] = ["neumann", "dirichlet", "periodic"];

/** Numbers in [-1, 1) of a linear congruential generator. */
function noise(n: number, seed = 1): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** (I - l² D2) x, entry by entry. */
function helmholtz(x: Float64Array, ratio: number, boundary: Boundary): number[] {
  const n = x.length;
  const beyond = (i: number): number => {
    if (i >= 0 && i < n) return x[i] as number;
    if (boundary === "dirichlet") return 0;
    return boundary === "periodic" ? (x[(i + n) % n] as number) : (x[i < 0 ? 0 : n - 1] as number);
  };
  return Array.from(x, (value, i) => value - ratio * (beyond(i - 1) - 2 * value + beyond(i + 1)));
}

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

describe.each(boundaries)("sobolev with %s ends", (boundary) => {
  it.each([1, 2, 3, 7, 50])("inverts I - l² D2 on %i points", (n) => {
    const z = noise(n);
    const x = sobolev({ length: 0.3, dx: 0.1, boundary }).apply(z);
    helmholtz(x, 9.000000000000002, boundary).forEach((value, i) => expect(value).toBeCloseTo(z[i] as number, 12));
  });

  it("gives the same bits on tensors, traced or not, as on the host", () => {
    const z = noise(40);
    const metric = sobolev({ length: 0.1, boundary });
    expect(Array.from(metric.forward(np.array(z)).data)).toEqual(Array.from(metric.apply(z)));
    expect(Array.from(jit((t: Tensor) => metric.forward(t))(np.array(z)).data)).toEqual(Array.from(metric.apply(z)));
  });

  it("is its own transpose, also for the gradient that goes through it", () => {
    const [z, g] = [noise(30, 2), noise(30, 3)];
    const metric = sobolev({ length: 0.2, boundary });
    expect(inner(metric.apply(z), g)).toBeCloseTo(inner(z, metric.applyTranspose(g)), 13);
    const gradient = grad((t: Tensor) => np.sum(np.mul(metric.forward(t), np.array(g))))(np.array(z));
    Array.from(gradient.data).forEach((value, i) => expect(value).toBeCloseTo(metric.apply(g)[i] as number, 13));
  });
});

describe("sobolev", () => {
  it("leaves a constant alone under a mirror and a ring", () => {
    for (const boundary of ["neumann", "periodic"] as const) {
      const x = sobolev({ length: 0.4, boundary }).apply(new Float64Array(20).fill(2));
      x.forEach((value) => expect(value).toBeCloseTo(2, 11));
    }
  });

  it("takes an axis of n points for one of length 1 unless dx says otherwise", () => {
    const z = noise(11);
    expect(Array.from(sobolev({ length: 0.3 }).apply(z))).toEqual(
      Array.from(sobolev({ length: 0.3, dx: 1 / 10 }).apply(z)),
    );
  });

  it("smooths every axis of a field, or the chosen ones, and leaves single numbers alone", () => {
    const z = noise(12);
    const field = np.reshape(np.array(z), [3, 4]);
    for (const axes of [undefined, 0, [1], [-1, 0]] as const) {
      const metric = sobolev({ length: 0.5, dx: 0.25, ...(axes === undefined ? {} : { axes }) });
      const x = metric.forward(field);
      expect(x.shape).toEqual([3, 4]);
      expect(Array.from(x.data)).toEqual(Array.from(metric.apply(z, [3, 4])));
    }
    const rows = sobolev({ length: 0.5, dx: 0.25, axes: 1 }).apply(z, [3, 4]);
    expect(Array.from(rows.slice(4, 8))).toEqual(Array.from(sobolev({ length: 0.5, dx: 0.25 }).apply(z.slice(4, 8))));
    expect(sobolev({ length: 1 }).forward(np.array(3)).item()).toBe(3);
  });

  it("computes in float64 and returns the dtype it was given", () => {
    const z = noise(9).map(Math.fround);
    const single = sobolev({ length: 0.1 }).forward(np.array(z).astype("float32"));
    expect(single.dtype).toBe("float32");
    expect(Array.from(single.data)).toEqual(Array.from(sobolev({ length: 0.1 }).apply(z), Math.fround));
  });

  it("refuses options out of range and vectors that do not fit", () => {
    expect(() => sobolev({ length: 0 })).toThrow(ArgumentError);
    expect(() => sobolev({ length: NaN })).toThrow(ArgumentError);
    expect(() => sobolev({ length: 1, dx: -1 })).toThrow(ArgumentError);
    expect(() => sobolev({ length: 1, boundary: "open" as Boundary })).toThrow(/neumann/);
    expect(() => sobolev({ length: 1, axes: 1 }).forward(np.zeros(3))).toThrow(ArgumentError);
    expect(() => sobolev({ length: 1 }).apply(new Float64Array(3), [2, 2])).toThrow(ShapeError);
  });
});

describe("h1", () => {
  it.each(["neumann", "dirichlet"] as const)("smooths by (I - l² D2)⁻¹ in all: %s", (boundary) => {
    const g = noise(25, 5);
    const expected = sobolev({ length: 0.2, boundary }).apply(g);
    precondition(h1({ length: 0.2, boundary }), g).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i] as number, 12),
    );
  });

  it("gives the same bits on tensors and on the host, both ways", () => {
    const z = noise(12, 7);
    const metric = h1({ length: 0.2 });
    const field = np.reshape(np.array(z), [4, 3]);
    expect(Array.from(metric.forward(field).data)).toEqual(Array.from(metric.apply(z, [4, 3])));
    expect(Array.from(metric.transpose(field).data)).toEqual(Array.from(metric.applyTranspose(z, [4, 3])));
  });

  it("has a transpose that is one", () => {
    const [z, g] = [noise(30, 2), noise(30, 3)];
    const metric = h1({ length: 0.2 });
    expect(inner(metric.apply(z), g)).toBeCloseTo(inner(z, metric.applyTranspose(g)), 13);
  });

  it("refuses periodic ends", () => {
    expect(() => h1({ length: 1, boundary: "periodic" })).toThrow(UnsupportedError);
  });
});

describe("linearMetric", () => {
  const matrix = [
    [2, 1],
    [0, 3],
  ];
  const scaled = (z: Tensor): Tensor => np.add(np.mul(z, [2, 3]), np.mul(np.flip(z), [1, 0]));
  const kinds: readonly (readonly [string, Metric])[] = [
    ["a matrix", linearMetric({ matrix })],
    ["a map", linearMetric({ map: scaled })],
  ];

  it.each(kinds)("applies %s and its transpose, on tensors and on the host", (_, metric) => {
    const z = new Float64Array([5, 7]);
    expect(metric.forward(np.array(z)).toArray()).toEqual([17, 21]);
    expect(metric.transpose(np.array(z)).toArray()).toEqual([10, 26]);
    expect(Array.from(metric.apply(z))).toEqual([17, 21]);
    expect(Array.from(metric.applyTranspose(z))).toEqual([10, 26]);
    expect(Array.from(precondition(metric, z))).toEqual([46, 78]);
  });

  it("refuses two maps, none, a matrix that is not square, and leaves that do not fit", () => {
    expect(() => linearMetric({})).toThrow(ArgumentError);
    expect(() => linearMetric({ matrix, map: (z) => z })).toThrow(ArgumentError);
    expect(() => linearMetric({ matrix: [[1, 2]] })).toThrow(ShapeError);
    expect(() => linearMetric({ matrix }).forward(np.zeros(3))).toThrow(ShapeError);
    expect(() => linearMetric({ map: (z) => np.sum(z) }).forward(np.zeros(3))).toThrow(ShapeError);
  });
});
