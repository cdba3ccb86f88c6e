import { describe, expect, it } from "@jest/globals";
import { toSnapshot, toWire } from "./wire.js";

const state = {
  title: "a",
  positions: Float32Array.of(1, 2),
  parts: [{ faces: Uint32Array.of(3) }, 4],
};

describe("toWire", () => {
  it("sends typed arrays as buffers, and says where they belong", () => {
    const wire = toWire(state);
    expect(wire.state).toEqual({ title: "a", parts: [{}, 4] });
    expect(wire.buffer_paths).toEqual([["positions"], ["parts", 0, "faces"]]);
    expect(wire.buffers.map((bytes) => bytes.byteLength)).toEqual([8, 4]);
    expect(new Float32Array(wire.buffers[0]!.slice().buffer)).toEqual(state.positions);
  });

  it("keeps the place of an array in a list", () => {
    expect(toWire({ list: [Float32Array.of(1), 2] }).state).toEqual({ list: [null, 2] });
  });

  it("sends the part of memory that a view shows", () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    expect(toWire({ x: whole.subarray(1, 3) }).buffers[0]!.byteLength).toBe(8);
  });
});

describe("toSnapshot", () => {
  it("writes typed arrays in base64", () => {
    const snapshot = toSnapshot(state, 100) as {
      positions: { float32: string };
      parts: [{ faces: { uint32: string } }, 4];
    };
    const bytes = Buffer.from(snapshot.positions.float32, "base64");
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([1, 2]);
    expect(Buffer.from(snapshot.parts[0].faces.uint32, "base64").readUInt32LE(0)).toBe(3);
  });

  it("is null beyond the limit, counted over all arrays", () => {
    expect(toSnapshot(state, 11)).toBeNull();
    expect(toSnapshot(state, 12)).not.toBeNull();
  });
});
