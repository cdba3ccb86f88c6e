import { describe, expect, it } from "@jest/globals";
import { ArgumentError, grad, jit, np, ShapeError, vmap, type Tensor } from "../../index.js";

const m = np.array([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("np.diag", () => {
  it("puts a vector on a diagonal", () => {
    expect(np.diag([1, 2]).toArray()).toEqual([
      [1, 0],
      [0, 2],
    ]);
    expect(np.diag([1, 2], 1).toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ]);
    expect(np.diag([7], -2).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [7, 0, 0],
    ]);
    expect(np.diag(np.array([1, 2], "int32")).dtype).toBe("int32");
    expect(np.diag(np.array([true])).dtype).toBe("bool");
    expect(np.diag(np.zeros(0), 2).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("takes a diagonal of a matrix", () => {
    expect(np.diag(m).toArray()).toEqual([1, 5]);
    expect(np.diag(m, 1).toArray()).toEqual([2, 6]);
    expect(np.diag(m, 2).toArray()).toEqual([3]);
    expect(np.diag(m, 3).toArray()).toEqual([]);
    expect(np.diag(m, -1).toArray()).toEqual([4]);
    expect(np.diag(m, -2).toArray()).toEqual([]);
    expect(np.diag(np.transpose(m), -1).toArray()).toEqual([2, 6]);
  });

  it("is its own inverse on every diagonal", () => {
    const v = np.array([3, -1, 4, 1]);
    for (let k = -3; k <= 3; k++) expect(np.diag(np.diag(v, k), k).toArray()).toEqual([3, -1, 4, 1]);
  });

  it("has derivatives, and works under jit and vmap", () => {
    const g = (x: Tensor): Tensor => np.diag(x.mul(x), -1).sum();
    expect(jit(grad(g))(m).toArray()).toEqual([
      [0, 0, 0],
      [8, 0, 0],
    ]);
    const weights = np.arange(9).reshape([3, 3]);
    expect(grad((x: Tensor) => np.diag(x, 1).mul(weights).sum())(np.ones(2)).toArray()).toEqual([1, 5]);
    expect(vmap((x: Tensor) => np.diag(x))(np.ones([4, 2])).shape).toEqual([4, 2, 2]);
  });

  it("wants a vector or a matrix, and an integer", () => {
    expect(() => np.diag(1)).toThrow(ShapeError);
    expect(() => np.diag(np.ones([1, 2, 3]))).toThrow(ShapeError);
    expect(() => np.diag(m, 0.5)).toThrow(ArgumentError);
  });
});
