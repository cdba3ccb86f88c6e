import { describe, expect, it } from "@jest/globals";
import { graphBuilder } from "../ir/builder.js";
import { arrayType, type Graph } from "../ir/types.js";
import { interpretProgram } from "./interpretProgram.js";
import { lower } from "./lower.js";
import { scalarise } from "./scalarise.js";
import { verifyProgram } from "./verifyProgram.js";

/** y <- y + shift(sin(y)) * k, repeated; also y at each step. */
function walk(extent: number, length: number): Graph {
  const type = arrayType("float64", [extent]);
  const inner = graphBuilder();
  const [k, y] = [inner.input(type), inner.input(type)];
  const moved = inner.one("reverse", { axes: [0] }, [inner.one("sin", {}, [y])]);
  const next = inner.one("add", {}, [y, inner.one("mul", {}, [moved, k])]);
  const body = inner.build([next, next]);
  const b = graphBuilder();
  const inputs = [b.input(type), b.input(type)];
  const params = {
    length,
    reverse: false,
    nConst: 1,
    nCarry: 1,
    yHistory: [false],
    body,
    keep: { kind: "all" },
  } as const;
  return b.build(b.emit("scan", params, inputs));
}

const data = (extent: number): Float64Array[] => [
  Float64Array.from({ length: extent }, (_, i) => 0.1 + 0.05 * i),
  Float64Array.from({ length: extent }, (_, i) => 1 - 0.2 * i),
];

function loopOf(program: ReturnType<typeof lower>): Extract<(typeof program)["body"][number], { kind: "loop" }> {
  const loop = program.body.find((statement) => statement.kind === "loop");
  if (loop?.kind !== "loop") throw new RangeError("no loop");
  return loop;
}

describe("scalarise", () => {
  it("leaves one nest without axes in a loop over a tiny array, and no rotation", () => {
    const program = scalarise(lower(walk(4, 5)));
    const { body, rotation } = loopOf(program);
    expect(body.map((statement) => statement.kind === "nest" && statement.extents)).toEqual([[]]);
    expect(rotation).toEqual([]);
  });

  it.each([
    ["whole", undefined],
    ["cut into parts", { uncut: 0, part: 4 }],
  ])("computes the same bits, %s", (_, cuts) => {
    const arrays = lower(walk(4, 5));
    const program = scalarise(arrays, cuts);
    verifyProgram(program);
    expect(interpretProgram(program, data(4))).toEqual(interpretProgram(arrays, data(4)));
    expect(loopOf(program).body.length > 1).toBe(cuts !== undefined);
  });

  it("returns the very program where arrays are long, or there is no loop", () => {
    const long = lower(walk(40, 5));
    expect(scalarise(long)).toBe(long);
    const b = graphBuilder();
    const straight = lower(b.build([b.one("neg", {}, [b.input(arrayType("float64", [3]))])]));
    expect(scalarise(straight)).toBe(straight);
  });

  it("keeps what it was given where the loop does no step", () => {
    expect(interpretProgram(scalarise(lower(walk(4, 0))), data(4))[0]).toEqual(data(4)[1]);
  });
});
