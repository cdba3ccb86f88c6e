import { describe, expect, it } from "@jest/globals";
import {
  cond,
  customJvp,
  foriLoop,
  jacfwd,
  jit,
  np,
  scan,
  stopGradient,
  switchCase,
  vmap,
  whileLoop,
  type Tensor,
} from "../../index.js";
import { jacobianPlaces } from "../../compile/sparsity.js";

/** Rows of the pattern as text: `x` where an entry can be. */
function picture(f: (x: Tensor) => unknown, x: Tensor): readonly string[] {
  const { shape, rows, columns } = jacobianPlaces(f, x);
  const picture = Array.from({ length: shape[0] }, () => new Array<string>(shape[1]).fill("."));
  rows.forEach((row, entry) => (picture[row]![columns[entry]!] = "x"));
  return picture.map((row) => row.join(""));
}

const x4 = np.array([0.3, -0.7, 1.1, 0.4]);
const diagonal = ["x...", ".x..", "..x.", "...x"];
const full = ["xxxx", "xxxx", "xxxx", "xxxx"];

describe("the sparsity of a Jacobian", () => {
  it("is diagonal where elements do not meet", () => {
    expect(picture((x) => x.sin().mul(x).add(np.exp(x.neg())).div(2), x4)).toEqual(diagonal);
    expect(picture((x) => np.where(x.greater(0), x, x.square()), x4)).toEqual(diagonal);
  });

  it("has no entry where a derivative is 0 wherever there is one", () => {
    const none = ["....", "....", "....", "...."];
    expect(picture((x) => x.round().add(x.floor()).add(x.sign()), x4)).toEqual(none);
    expect(picture((x) => x.greater(0).astype("float64").add(x.astype("int32").astype("float64")), x4)).toEqual(none);
    expect(picture((x) => stopGradient(x.square()), x4)).toEqual(none);
    expect(picture((x) => x.mul(0), x4)).toEqual(none);
    expect(picture((x) => np.where(np.arange(4).less(2), x, 1), x4)).toEqual(["x...", ".x..", "....", "...."]);
  });

  it("follows elements where they are moved", () => {
    expect(picture((x) => np.roll(x, 1).add(x), x4)).toEqual(["x..x", "xx..", ".xx.", "..xx"]);
    expect(picture((x) => x.flip(), x4)).toEqual(["...x", "..x.", ".x..", "x..."]);
    expect(picture((x) => np.pad(x, [[1, 0]]), x4)).toEqual(["....", ...diagonal]);
    expect(picture((x) => x.reshape([2, 2]).T, x4)).toEqual(["x...", "..x.", ".x..", "...x"]);
    expect(picture((x) => np.concatenate([x.slice([2, 4]), x.slice([0, 1])]), x4)).toEqual(["..x.", "...x", "x..."]);
    expect(picture((x) => x.at(1).set(x.slice(3)), x4)).toEqual(["x...", "...x", "..x.", "...x"]);
    expect(picture((x) => x.at([0, 4, 2]).set(0), x4)).toEqual(["....", ".x..", "....", "...x"]);
  });

  it("sums along axes", () => {
    expect(picture((x) => x.sum(), x4)).toEqual(["xxxx"]);
    expect(picture((x) => x.reshape([2, 2]).sum(0), x4)).toEqual(["x.x.", ".x.x"]);
    expect(picture((x) => x.reshape([2, 2]).max(1), x4)).toEqual(["xx..", "..xx"]);
    expect(picture((x) => x.cumsum(), x4)).toEqual(["x...", "xx..", "xxx.", "xxxx"]);
    expect(picture((x) => x.reshape([2, 2]).cumsum(0), x4)).toEqual(["x...", ".x..", "x.x.", ".x.x"]);
    expect(picture((x) => x.flip().cumsum().flip(), x4)).toEqual(["xxxx", ".xxx", "..xx", "...x"]);
  });

  it("knows the zeros of a constant matrix", () => {
    const matrix = np.array([
      [1, 0, 2, 0],
      [0, 0, 0, 3],
    ]);
    expect(picture((x) => matrix.matmul(x.square()), x4)).toEqual(["x.x.", "...x"]);
    expect(picture((x) => x.matmul(matrix.T), x4)).toEqual(["x.x.", "...x"]);
    expect(picture((x) => x.reshape([2, 2]).matmul(x.reshape([2, 2])), x4)).toEqual(["xxx.", "xx.x", "x.xx", ".xxx"]);
  });

  it("takes captured indices as they are, and what is computed for any", () => {
    const from = np.array([0, 0, 2], "int32");
    const to = np.array([1, 3, 1], "int32");
    expect(picture((x) => np.zeros([4]).at(to).add(np.take(x, from)), x4)).toEqual(["....", "x.x.", "....", "x..."]);
    expect(picture((x) => x.at(to).set(np.take(x, from)), x4)).toEqual(["x...", "..x.", "..x.", "x..."]);
    expect(picture((x) => x.at(np.array(2, "int32")).get(), x4)).toEqual(["..x."]);
    const computed = (x: Tensor): Tensor => x.argmax();
    expect(picture((x) => np.take(x, computed(x)), x4)).toEqual(["xxxx"]);
    expect(picture((x) => x.at(computed(x)).set(x.slice(0), "clip"), x4)).toEqual(["x...", "xx..", "x.x.", "x..x"]);
    expect(picture((x) => x.at(computed(x).reshape([1])).add(x.slice([1, 2])), x4)).toEqual([
      "xx..",
      ".x..",
      ".xx.",
      ".x.x",
    ]);
  });

  it("follows loops: step by step where they are short, to a fixpoint where not", () => {
    const shift = (n: number) => (x: Tensor) =>
      foriLoop(0, n, (_, y: Tensor) => np.pad(y.slice([0, 3]), [[1, 0]]).add(y), x);
    expect(picture(shift(1), x4)).toEqual(["x...", "xx..", ".xx.", "..xx"]);
    expect(picture(shift(2), x4)).toEqual(["x...", "xx..", "xxx.", ".xxx"]);
    const lower = ["x...", "xx..", "xxx.", "xxxx"];
    expect(picture(shift(100_000), x4)).toEqual(lower);
    expect(
      picture(
        (x) =>
          whileLoop(
            (y: Tensor) => y.sum().less(9),
            (y: Tensor) => np.pad(y.slice([0, 3]), [[1, 0]]).add(y),
            x,
          ),
        x4,
      ),
    ).toEqual(lower);
    const indices = np.array([3, 1], "int32");
    expect(
      picture((x) => foriLoop(0, 2, (i, y: Tensor) => y.at(indices.at(i).get()).add(x.slice(0)), x.mul(2)), x4),
    ).toEqual(["x...", "xx..", "..x.", "x..x"]);
    // the first product is with a 0 that is known
    expect(picture((x) => scan((s: Tensor, e: Tensor) => [s.add(e), s.mul(e)], 0, { xs: x })[1], x4)).toEqual([
      "....",
      "xx..",
      "xxx.",
      "xxxx",
    ]);
    expect(picture((x) => scan((s: Tensor, e: Tensor) => [s, s.mul(e)], 1, { xs: x, reverse: true })[1], x4)).toEqual(
      diagonal,
    );
  });

  it("unites branches", () => {
    const either = (x: Tensor): Tensor =>
      cond(
        x.sum().greater(0),
        (y: Tensor) => y.mul(2),
        (y: Tensor) => y.flip(),
        x,
      );
    expect(picture(either, x4)).toEqual(["x..x", ".xx.", ".xx.", "x..x"]);
    expect(picture((x) => switchCase(1, [(y: Tensor) => y.flip(), (y: Tensor) => y], x), x4)).toEqual(diagonal);
  });

  it("sees through calls, maps and rules of the user's own", () => {
    const inner = jit((x: Tensor) => np.roll(x, 1));
    expect(picture((x) => inner(inner(x)), x4)).toEqual(["..x.", "...x", "x...", ".x.."]);
    expect(
      picture(
        (x) =>
          vmap((row: Tensor) =>
            whileLoop(
              (y: Tensor) => y.sum().less(9),
              (y: Tensor) => y.add(y.sum()),
              row,
            ),
          )(x.reshape([2, 2])),
        x4,
      ),
    ).toEqual(["xx..", "xx..", "..xx", "..xx"]);
    const straight = customJvp(
      (x: Tensor) => x.round(),
      ([x], [dx]) => [x.round(), dx],
    );
    expect(picture((x) => straight(x), x4)).toEqual(diagonal);
    expect(picture((x) => straight(x.round()), x4)).toEqual(["....", "....", "....", "...."]);
    expect(picture((x) => np.linalg.solve(np.eye(4).add(1), x), x4)).toEqual(full);
  });

  it("has all entries of the Jacobian itself", () => {
    const functions: readonly ((x: Tensor) => Tensor)[] = [
      (x) => np.convolve(x, np.array([1, -2, 1])),
      (x) => x.outer(x).sum(1),
      (x) => x.diff().square(),
      (x) => np.tril(x.outer(np.ones([4]))).sum(0),
      (x) => scan((s: Tensor, e: Tensor) => [s.mul(0.5).add(e), s], 0, { xs: np.stack([x, x.flip()], 1).sum(1) })[1],
    ];
    for (const f of functions) {
      const lines = picture(f, x4);
      const jacobian = jacfwd(f)(x4).toArray() as number[][];
      jacobian.forEach((row, i) =>
        row.forEach((value, j) => {
          if (value !== 0) expect(`${i} ${j} ${lines[i]![j]}`).toBe(`${i} ${j} x`);
        }),
      );
    }
  });

  it("counts the leaves of trees one after another", () => {
    const { shape, rows, columns } = jacobianPlaces(
      ({ a, b }: { a: Tensor; b: Tensor }, k: Tensor) => [a.mul(k), b.sum()],
      { a: np.ones([2]), b: np.ones([2]) },
      3,
    );
    expect(shape).toEqual([3, 4]);
    expect([...rows]).toEqual([0, 1, 2, 2]);
    expect([...columns]).toEqual([0, 1, 2, 3]);
  });
});
