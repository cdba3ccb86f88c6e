import { describe, expect, it } from "@jest/globals";
import { seededRandom } from "../../testing/random.js";
import { ArgumentError, DTypeError, grad, jit, np, ShapeError, vmap, type Tensor } from "../../index.js";

const a = np.array([
  [1, 2, 3],
  [4, 5, 6],
]);
const b = np.array([
  [1, -1],
  [0, 2],
  [3, 1],
]);
const square = np.array([
  [1, 2],
  [3, 4],
]);

/** Sums over all values of all labels, one product after another. */
function naive(subscripts: string, operands: readonly Tensor[], sizes: ReadonlyMap<string, number>): number[] {
  const [left, output] = subscripts.split("->") as [string, string];
  const terms = left.split(",");
  const labels = [...sizes.keys()];
  const offset = (term: string, at: ReadonlyMap<string, number>): number =>
    [...term].reduce((sum, label) => sum * (sizes.get(label) as number) + (at.get(label) as number), 0);
  const result = new Array<number>([...output].reduce((n, label) => n * (sizes.get(label) as number), 1)).fill(0);
  const visit = (k: number, at: Map<string, number>): void => {
    if (k < labels.length) {
      const label = labels[k] as string;
      for (let i = 0; i < (sizes.get(label) as number); i++) visit(k + 1, at.set(label, i));
      return;
    }
    const product = terms.reduce((p, term, i) => p * ((operands[i] as Tensor).data[offset(term, at)] as number), 1);
    result[offset(output, at)] = (result[offset(output, at)] as number) + product;
  };
  visit(0, new Map());
  return result;
}

describe("np.einsum", () => {
  // worked out by hand
  it.each<[string, Tensor[], unknown]>([
    [
      "ij,jk->ik",
      [a, b],
      [
        [10, 6],
        [22, 12],
      ],
    ],
    [
      "ij,jk",
      [a, b],
      [
        [10, 6],
        [22, 12],
      ],
    ],
    [
      "ij,jk->ki",
      [a, b],
      [
        [10, 22],
        [6, 12],
      ],
    ],
    [
      "ij->ji",
      [a],
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [
      "ba",
      [a],
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    ["ij->", [a], 21],
    ["ij->j", [a], [5, 7, 9]],
    ["ii", [square], 5],
    ["ii->i", [square], [1, 4]],
    ["ij,ij->i", [a, a], [14, 77]],
    ["i,i", [np.array([1, 2]), np.array([3, 4])], 11],
    [
      "i,j",
      [np.array([1, 2]), np.array([3, 4])],
      [
        [3, 4],
        [6, 8],
      ],
    ],
    ["ij,j,j->i", [a, np.array([1, 0, 2]), np.array([3, 9, 1])], [9, 24]],
    ["ij,kl->", [a, square], 210],
    [" i j , j -> i ", [a, np.ones(3)], [6, 15]],
    [",i->i", [np.array(2), np.array([3, 4])], [6, 8]],
    ["...j,j->...", [a, np.ones(3)], [6, 15]],
    [
      "...,...",
      [a, np.array([1, 10, 100])],
      [
        [1, 20, 300],
        [4, 50, 600],
      ],
    ],
    ["i...->...", [a], [5, 7, 9]],
    [
      "...ij,...j->...i",
      [np.stack([square, square.mul(2)]), np.array([[1, 1]])],
      [
        [3, 7],
        [6, 14],
      ],
    ],
    ["...i,...i->...", [np.ones([1, 3]), np.ones([1, 3])], [3]],
    ["iii->i", [np.arange(8).reshape([2, 2, 2])], [0, 7]],
    [
      "iijj->ij",
      [np.arange(16).reshape([2, 2, 2, 2])],
      [
        [0, 3],
        [12, 15],
      ],
    ],
  ])("%s", (subscripts, operands, expected) => {
    expect(np.einsum(subscripts, ...operands).toArray()).toEqual(expected);
  });

  it("agrees with loops over all labels in random cases", () => {
    const random = seededRandom(11);
    const letters = ["a", "b", "c", "d", "e"];
    for (let round = 0; round < 60; round++) {
      const sizes = new Map<string, number>();
      const label = (): string => letters[random.integer(0, letters.length)] as string;
      const terms = Array.from({ length: random.integer(1, 4) }, () =>
        Array.from({ length: random.integer(0, 4) }, label).join(""),
      );
      for (const letter of terms.join("")) if (!sizes.has(letter)) sizes.set(letter, random.integer(1, 4));
      const output = [...sizes.keys()]
        .filter(() => random.chance(0.5))
        .reverse()
        .join("");
      const subscripts = `${terms.join(",")}->${output}`;
      const operands = terms.map((term) => {
        const shape = [...term].map((letter) => sizes.get(letter) as number);
        const count = shape.reduce((n, extent) => n * extent, 1);
        return np.array(Array.from({ length: count }, () => random.integer(-3, 4))).reshape(shape);
      });
      const result = np.einsum(subscripts, ...operands);
      expect([subscripts, result.shape]).toEqual([subscripts, [...output].map((letter) => sizes.get(letter))]);
      expect([subscripts, ...Array.from(result.data, (v) => v + 0)]).toEqual([
        subscripts,
        ...naive(subscripts, operands, sizes).map((v) => v + 0),
      ]);
    }
  });

  it("keeps dtypes and empty axes", () => {
    expect(np.einsum("i,i", np.array([1, 2], "int32"), np.array([3, 4], "int32"))).toEqual(np.array(11, "int32"));
    expect(np.einsum("ij,jk->ik", np.zeros([2, 0]), np.zeros([0, 2])).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(np.einsum("ii->i", np.zeros([0, 0])).shape).toEqual([0]);
    expect(() => np.einsum("i,i", np.ones(2), np.ones(2, "float32"))).toThrow(DTypeError);
  });

  it("has derivatives, and works under jit and vmap", () => {
    const f = (x: Tensor): Tensor => np.einsum("ij,jk,ki", x, square, x);
    // d tr(X S X) = (S X + X S) transposed
    const x = np.array([
      [2, 1],
      [0, -1],
    ]);
    const expected = np.matmul(square, x).add(np.matmul(x, square)).transpose();
    expect(jit(grad(f))(x).toArray()).toEqual(expected.toArray());
    const each = vmap((v: Tensor) => np.einsum("ij,j", square, v))(np.eye(2));
    expect(each.toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it("says what is wrong with subscripts and shapes", () => {
    expect(() => np.einsum("ij,jk", a)).toThrow(/not as many operands as subscripts.*1 operands/);
    expect(() => np.einsum("i1->i", a)).toThrow(ArgumentError);
    expect(() => np.einsum("ij->i->j", a)).toThrow(ArgumentError);
    expect(() => np.einsum("ij->ik", a)).toThrow(/stands at no operand/);
    expect(() => np.einsum("ij->ii", a)).toThrow(/twice in the output/);
    expect(() => np.einsum("...j->j", a)).toThrow(/lacks the ellipsis/);
    expect(() => np.einsum("ijk", a)).toThrow(ShapeError);
    expect(() => np.einsum("i", a)).toThrow(/operand 0: \[2, 3\]\. Expected: 1 axes/);
    expect(() => np.einsum("ij,jk", a, a)).toThrow(/axes that are called "j" have different extents.*3, not 2/);
    expect(() => np.einsum("ii", a)).toThrow(ShapeError);
    expect(() => np.einsum("...,...", a, np.ones(2))).toThrow(/do not broadcast/);
  });
});
