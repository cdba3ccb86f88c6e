import { describe, expect, it } from "@jest/globals";
import type { EmbeddedTableau } from "./method.js";
import { adaptiveMethods } from "./integrators.js";
import { nodeOf } from "./rungeKutta.js";

/** Left sides of the order conditions up to order 5 and their right sides (Hairer, Norsett, Wanner I, table II.2.1), for weights b. */
function conditions(
  tableau: EmbeddedTableau,
  b: readonly number[],
): readonly (readonly [order: number, left: number, gamma: number])[] {
  const a = tableau.stages;
  const c = a.map(nodeOf);
  const ones = a.map(() => 1);
  const times = (x: readonly number[], y: readonly number[]): number[] => x.map((value, i) => value * (y[i] as number));
  const apply = (x: readonly number[]): number[] =>
    a.map((row) => row.reduce((sum, w, j) => sum + w * (x[j] as number), 0));
  const power = (n: number): number[] => c.map((value) => value ** n);
  const dot = (x: readonly number[]): number => b.reduce((sum, w, i) => sum + w * (x[i] as number), 0);
  return [
    [1, dot(ones), 1],
    [2, dot(c), 2],
    [3, dot(power(2)), 3],
    [3, dot(apply(c)), 6],
    [4, dot(power(3)), 4],
    [4, dot(times(c, apply(c))), 8],
    [4, dot(apply(power(2))), 12],
    [4, dot(apply(apply(c))), 24],
    [5, dot(power(4)), 5],
    [5, dot(times(power(2), apply(c))), 10],
    [5, dot(times(c, apply(power(2)))), 15],
    [5, dot(times(c, apply(apply(c)))), 30],
    [5, dot(times(apply(c), apply(c))), 20],
    [5, dot(apply(power(3))), 20],
    [5, dot(apply(times(c, apply(c)))), 40],
    [5, dot(apply(apply(power(2)))), 60],
    [5, dot(apply(apply(apply(c)))), 120],
  ];
}

describe.each(adaptiveMethods.map((method) => [method.name, method] as const))(
  "the tableau of %s",
  (_, { tableau, order }) => {
    it("satisfies the order conditions", () => {
      for (const [, left, gamma] of conditions(tableau, tableau.weights))
        expect(Math.abs(left - 1 / gamma)).toBeLessThan(1e-13);
      expect(order).toBe(5);
    });

    it("has an embedded method that is one order less, and no more", () => {
      const embedded = tableau.weights.map((weight, i) => weight - (tableau.errorWeights[i] as number));
      for (const [at, left, gamma] of conditions(tableau, embedded)) {
        if (at <= tableau.errorOrder) expect(Math.abs(left - 1 / gamma)).toBeLessThan(1e-13);
      }
      const missed = conditions(tableau, embedded).map(([, left, gamma]) => Math.abs(left - 1 / gamma));
      expect(Math.max(...missed)).toBeGreaterThan(1e-5);
    });

    it("evaluates its last stage at the new state", () => {
      expect([...(tableau.stages.at(-1) as readonly number[]), 0]).toEqual([...tableau.weights]);
    });

    it.each([0.1, 0.25, 0.5, 0.9, 1])("has dense output of order 4 at theta = %d", (theta) => {
      const b = tableau.dense.map((row) => row.reduce((sum, d, j) => sum + d * theta ** (j + 1), 0));
      for (const [at, left, gamma] of conditions(tableau, b)) {
        if (at <= 4) expect(Math.abs(left - theta ** at / gamma)).toBeLessThan(1e-12);
      }
      if (theta === 1) b.forEach((weight, i) => expect(weight).toBeCloseTo(tableau.weights[i] as number, 12));
    });
  },
);
