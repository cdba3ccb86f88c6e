import { describe, expect, it } from "@jest/globals";
import { DTypeError, grad, jit, np, scan, ShapeError, tree, TreeError, vmap, type Tensor } from "../index.js";

const first = { x: np.array([1, 2]), v: [3, np.array(true)] as [number, Tensor] };
const second = { x: np.array([4, 5]), v: [6, np.array(false)] as [number, Tensor] };

/** The leaves as nested arrays. */
function plain(value: unknown): unknown {
  return tree.map((leaf) => leaf.toArray(), value);
}

describe("tree.stack", () => {
  it("joins leaves along a new leading axis", () => {
    const stacked = tree.stack([first, second]);
    expect(plain(stacked)).toEqual({
      x: [
        [1, 2],
        [4, 5],
      ],
      v: [
        [3, 6],
        [1, 0],
      ],
    });
    expect(tree.leaves(stacked).map(({ dtype }) => dtype)).toEqual(["float64", "bool", "float64"]);
  });

  it("takes one tree, and is what vmap and scan take apart", () => {
    expect(plain(tree.stack([{ a: 1 }]))).toEqual({ a: [1] });
    const states = tree.stack([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]);
    expect(vmap(({ a, b }: { a: Tensor; b: Tensor }) => a.mul(b))(states).toArray()).toEqual([2, 12]);
    const [sum] = scan((total, { a, b }: { a: Tensor; b: Tensor }) => [total.add(a.sub(b)), null], np.array(0), {
      xs: states,
    });
    expect(sum.item()).toBe(-2);
  });

  it("passes gradients, traced too", () => {
    const f = (p: { a: Tensor; b: Tensor }): Tensor => {
      const [one, two] = tree.unstack(tree.stack([p, { a: p.b, b: p.a.mul(3) }])) as [typeof p, typeof p];
      return one.a.mul(two.b).add(one.b.mul(two.a));
    };
    const point = { a: np.array(2), b: np.array(5) };
    for (const gradient of [grad(f), jit(grad(f))]) expect(plain(gradient(point))).toEqual({ a: 12, b: 10 });
  });

  it("names the place where trees differ", () => {
    expect(() => tree.stack([])).toThrow(TreeError);
    expect(() => tree.stack<unknown>([first, { x: 1 }])).toThrow(TreeError);
    expect(() => tree.stack<unknown>([{ a: [1] }, { a: [1] }, { a: [np.array([1, 2])] }])).toThrow(
      /the leaves\.a\[0\] of the trees differ\. Got: tree 2\.a\[0\]: float64\[2\]\. Expected: float64\[\]/,
    );
    expect(() => tree.stack<unknown>([{ a: 1 }, { a: np.array(1, "float32") }])).toThrow(DTypeError);
  });
});

describe("tree.unstack", () => {
  it("is the inverse of stack", () => {
    expect(tree.unstack(tree.stack([first, second])).map(plain)).toEqual([plain(first), plain(second)]);
    expect(tree.unstack({ a: np.zeros([0, 3]) })).toEqual([]);
  });

  it("wants one leading extent in all leaves", () => {
    expect(() => tree.unstack({ a: 1 })).toThrow(ShapeError);
    expect(() => tree.unstack({ a: np.zeros(3), b: np.zeros([2, 3]) })).toThrow(/tree\.b: \[2, 3\], tree\.a: \[3\]/);
    expect(() => tree.unstack({})).toThrow(TreeError);
  });
});
