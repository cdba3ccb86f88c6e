import { describe, expect, it } from "@jest/globals";
import { fromCodePoints, toCodePoints } from "./cursor.js";

describe("cursor", () => {
  it("counts a character beyond the basic plane once", () => {
    expect(fromCodePoints("🙂x.y", 2)).toBe(3);
    expect(toCodePoints("🙂x.y", 3)).toBe(2);
  });

  it("stops at the end of the text", () => {
    expect(fromCodePoints("ab", 9)).toBe(2);
  });
});
