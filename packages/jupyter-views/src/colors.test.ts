import { describe, expect, it } from "@jest/globals";
import { coloring } from "./colors.js";

describe("coloring", () => {
  const colorOf = coloring({ palette: "0000ff00ff00ff0000808080", domain: [0, 3], label: "" });

  it("gives each part of the domain its colour", () => {
    expect([0, 1.5, 2.9].map(colorOf)).toEqual([0x0000ff, 0x00ff00, 0xff0000]);
  });

  it("gives values beyond the ends the colour of the end, and values that are not finite the last one", () => {
    expect([-1, 3, 100, NaN, Infinity].map(colorOf)).toEqual([0x0000ff, 0xff0000, 0xff0000, 0x808080, 0x808080]);
  });
});
