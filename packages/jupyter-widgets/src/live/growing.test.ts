import { describe, expect, it } from "@jest/globals";
import { growingList } from "./growing.js";

describe("growingList", () => {
  it("keeps all numbers, and what it gave before", () => {
    const list = growingList();
    list.push(1);
    const early = list.values();
    for (let i = 2; i <= 1000; i++) list.push(i);
    expect(early).toEqual(Float32Array.of(1));
    expect(list.values()).toEqual(Float32Array.from({ length: 1000 }, (_, i) => i + 1));
  });
});
