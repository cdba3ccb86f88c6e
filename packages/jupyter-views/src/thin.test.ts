import { describe, expect, it } from "@jest/globals";
import { thin } from "./thin.js";

describe("thin", () => {
  it("keeps short curves whole", () => {
    expect(thin([0, 1, 2], [5, 6, 7], 1)).toEqual([
      [0, 5],
      [1, 6],
      [2, 7],
    ]);
  });

  it("keeps the ends and every peak of long ones, in order", () => {
    const x = Array.from({ length: 10_000 }, (_, i) => i);
    const y = x.map((i) => (i === 4321 ? 100 : i === 4322 ? -100 : Math.sin(i)));
    const kept = thin(x, y, 50);
    expect(kept.length).toBeLessThanOrEqual(200);
    expect(kept[0]).toEqual([0, 0]);
    expect(kept.at(-1)?.[0]).toBe(9999);
    expect(kept).toContainEqual([4321, 100]);
    expect(kept).toContainEqual([4322, -100]);
    expect(kept.every(([at], i) => i === 0 || at > kept[i - 1]![0])).toBe(true);
  });
});
