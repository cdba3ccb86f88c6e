import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { Buffer } from "node:buffer";
import { encodePng, pngDataUri } from "./png.js";

const image = {
  width: 2,
  height: 1,
  pixels: Uint8Array.of(0, 1),
  palette: [
    [0, 0, 0],
    [255, 0, 0],
  ],
} as const;

describe("encodePng", () => {
  it("writes signature, header, palette, data and end", () => {
    const bytes = Buffer.from(encodePng(image));
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(["IHDR", "PLTE", "IDAT", "IEND"].map((type) => bytes.includes(type))).toEqual([true, true, true, true]);
    expect(bytes.readUInt32BE(16)).toBe(2);
    expect(bytes.readUInt32BE(20)).toBe(1);
    // The end chunk is the same in every PNG file, its check sum included (PNG specification, section 11.2.5).
    expect(bytes.subarray(-8).toString("hex")).toBe("49454e44ae426082");
    expect(pngDataUri(image)).toMatch(/^data:image\/png;base64,/);
  });

  it("refuses parts that do not fit", () => {
    expect(() => encodePng({ ...image, width: 3 })).toThrow(ArgumentError);
  });
});
