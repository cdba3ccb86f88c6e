import { describe, expect, it } from "@jest/globals";
import { objFile } from "./objFile.js";

describe("objFile", () => {
  it("counts vertices from one, through all meshes", () => {
    const positions = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0.5);
    const layer = {
      name: "a tissue",
      stroke: "#000",
      positions,
      faces: Uint32Array.of(0, 1, 2),
      edges: new Uint32Array(0),
      colors: null,
      values: new Float32Array(0),
    };
    const object = { positions: () => positions };
    expect(objFile([layer, { ...layer, name: "" }], [object, object])).toBe(
      "o a_tissue\nv 0 0 0\nv 1 0 0\nv 0 1 0.5\nf 1 2 3\no mesh1\nv 0 0 0\nv 1 0 0\nv 0 1 0.5\nf 4 5 6\n",
    );
  });
});
