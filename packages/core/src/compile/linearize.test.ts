import { describe, expect, it } from "@jest/globals";
import {
  debugPrint,
  foriLoop,
  grad,
  jit,
  jvp,
  linearize,
  np,
  scan,
  setDebugPrinter,
  ShapeError,
  TreeError,
  vmap,
  whileLoop,
  type Tensor,
} from "../index.js";

const x = np.array([0.3, -0.7]);
const directions = [np.array([1, 0]), np.array([0, 1]), np.array([0.5, -2])];

/** Value and tangents of `linearize` are those of `jvp`, to rounding. */
function agrees(f: (x: Tensor) => Tensor): void {
  const [value, push] = linearize(f, x);
  for (const direction of directions) {
    const [expected, tangent] = jvp(f, [x], [direction]);
    expect(value.toArray()).toEqual(expected.toArray());
    const got = push(direction);
    expect(got.shape).toEqual(tangent.shape);
    expect(got.sub(tangent).abs().max().item()).toBeLessThan(1e-14);
  }
}

describe("linearize", () => {
  it("gives the value and the tangents of jvp", () => {
    agrees((y) => y.mul(y.sin()).sum());
    agrees((y) => np.outer(y.exp(), y));
  });

  it("goes through loops, whose steps are kept", () => {
    agrees((y) => foriLoop(0, 20, (_, z) => z.sin().mul(1.1), y));
    agrees((y) => scan((z, k: Tensor) => [z.mul(k).cos(), z.mul(z)], y, { xs: np.linspace(0.5, 1, 7) })[1]);
    const inner = jit((z: Tensor) => foriLoop(0, 3, (_, w) => w.mul(w).sub(0.4), z));
    agrees((y) => foriLoop(0, 4, (_, z) => inner(z).add(y), y));
    agrees((y) => inner(y).add(inner(y.mul(2))));
  });

  it("goes through loops whose number of steps is not known before", () => {
    agrees((y) =>
      whileLoop(
        (z: Tensor) => z.abs().max().greater(0.2),
        (z: Tensor) => z.mul(0.8).sin(),
        y,
      ),
    );
  });

  it("computes the function once", () => {
    const lines: string[] = [];
    const before = setDebugPrinter((line) => lines.push(line));
    const [, push] = linearize((y: Tensor) => {
      debugPrint("computed");
      return foriLoop(0, 5, (_, z) => z.sin(), y);
    }, x);
    directions.forEach((direction) => push(direction));
    setDebugPrinter(before);
    expect(lines).toEqual(["computed"]);
  });

  it("takes and returns trees; integers have no tangent", () => {
    const f = (p: { a: Tensor; n: Tensor }, scale: Tensor): { y: Tensor; n: Tensor; c: Tensor } => ({
      y: p.a.mul(scale),
      n: p.n.add(1),
      c: np.ones(2),
    });
    const n = np.array(3, "int32");
    const [value, push] = linearize(f, { a: x, n }, 2);
    expect(value.y.toArray()).toEqual([0.6, -1.4]);
    expect(value.n.item()).toBe(4);
    const tangent = push({ a: np.array([1, 1]), n }, 10);
    expect(tangent.y.toArray()).toEqual([5, -5]);
    expect([tangent.n.dtype, tangent.n.item(), tangent.c.toArray()]).toEqual(["int32", 0, [0, 0]]);
  });

  it("works inside of traces, and its tangents under vmap and grad", () => {
    const f = (y: Tensor): Tensor => y.mul(y).mul(y);
    const [, push] = linearize(f, x);
    const rows = vmap(push)(np.eye(2));
    expect(
      rows
        .sub(
          np.array([
            [0.27, 0],
            [0, 1.47],
          ]),
        )
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-15);
    expect(
      grad((t: Tensor) => push(t).sum())(np.ones(2))
        .sub(np.array([0.27, 1.47]))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-15);
    const inside = jit((y: Tensor) => {
      const [, own] = linearize(f, y);
      return own(np.array([1, 0])).add(own(np.array([0, 2])));
    });
    expect(
      inside(x)
        .sub(np.array([0.27, 2.94]))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-15);
    expect(
      grad((y: Tensor) => linearize(f, y)[1](np.ones(2)).sum())(x)
        .sub(x.mul(6))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-14);
  });

  it("wants tangents like the arguments", () => {
    const [, push] = linearize((y: Tensor) => y.sum(), x);
    expect(() => push(np.ones(3))).toThrow(ShapeError);
    expect(() => (push as (...tangents: unknown[]) => unknown)([1, 2])).toThrow(TreeError);
  });
});
