import { describe, expect, it } from "@jest/globals";
import { explain } from "./explain.js";
import { grad } from "./grad.js";
import { np } from "../trace/np.js";
import { scan } from "../trace/control.js";
import type { Tensor } from "../trace/tensor.js";

const n = 12;

/** The neighbours of each cell, zeros outside, in the four ways in which people write them. */
const neighbours: Readonly<Record<string, (u: Tensor) => readonly [Tensor, Tensor]>> = {
  "roll and mask": (u) => {
    const i = np.arange(n);
    return [np.where(np.greater(i, 0), np.roll(u, 1), 0), np.where(np.less(i, n - 1), np.roll(u, -1), 0)];
  },
  pad: (u) => [np.pad(u.slice([0, n - 1]), [[1, 0]]), np.pad(u.slice([1, n]), [[0, 1]])],
  "slice and concatenate": (u) => [
    np.concatenate([np.zeros([1]), u.slice([0, n - 1])]),
    np.concatenate([u.slice([1, n]), np.zeros([1])]),
  ],
  "at(...).set": (u) => [
    np.roll(u, 1).at(0).set(0),
    np
      .roll(u, -1)
      .at(n - 1)
      .set(0),
  ],
};

function run(stencil: (u: Tensor) => readonly [Tensor, Tensor]): (courant: Tensor) => Tensor {
  return (courant) => {
    const start = np.linspace(0, 1, n);
    const [[, last]] = scan(
      ([before, now]: readonly [Tensor, Tensor]) => {
        const [left, right] = stencil(now);
        const next = now
          .mul(2)
          .sub(before)
          .add(courant.mul(left.sub(now.mul(2)).add(right)));
        return [[now, next] as const, null];
      },
      [start, start] as const,
      { length: 20, keep: "all" },
    );
    return np.sum(last.mul(last));
  };
}

function loopProgramOf(fn: (courant: Tensor) => Tensor): string {
  const stages = explain(fn)(np.full([n], 0.25)).stages;
  return stages.find((stage) => stage.name === "loops")?.text ?? stages.map((stage) => stage.name).join();
}

describe("a stencil", () => {
  const names = Object.keys(neighbours);
  const programs = names.map((name) => loopProgramOf(run(neighbours[name] as never)));
  const gradients = names.map((name) => loopProgramOf(grad(run(neighbours[name] as never)) as never));

  it.each(names)("written with %s lowers to the same LoopProgram", (name) => {
    expect(programs[names.indexOf(name)]).toBe(programs[0]);
  });

  it.each(names)("written with %s lowers to the same LoopProgram in reverse", (name) => {
    expect(gradients[names.indexOf(name)]).toBe(gradients[0]);
  });

  it("is one nest with two border cells, forward", () => {
    expect(programs[0]).toMatchInlineSnapshot(`
      "buffer input0#0: float64[12]
      buffer input1#1: float64[12]
      buffer carry#2: float64[12]
      buffer carry#3: float64[12]
      buffer reduceSum#4: float64[]
      inputs input0#0 input1#1
      nest [12]
        cell [0,12)
          carry#2[i0] = input1#1[i0]
          carry#3[i0] = input1#1[i0]
      loop 0 for 20
        nest [12]
          cell [0,1)
            carry#2[i0] = add(sub(mul(carry#3[i0], 2), carry#2[i0]), mul(input0#0[i0], add(sub(0, mul(carry#3[i0], 2)), carry#3[i0]@1)))
          cell [1,11)
            carry#2[i0] = add(sub(mul(carry#3[i0], 2), carry#2[i0]), mul(input0#0[i0], add(sub(carry#3[i0]@-1, mul(carry#3[i0], 2)), carry#3[i0]@1)))
          cell [11,12)
            carry#2[i0] = add(sub(mul(carry#3[i0], 2), carry#2[i0]), mul(input0#0[i0], add(sub(carry#3[i0]@-1, mul(carry#3[i0], 2)), 0)))
        rotate carry#2<-carry#3 carry#3<-carry#2
      nest [12]
        cell [0,12)
          reduceSum#4[] = sum over last 1 axes, 8 lanes, of mul(carry#3[i0], carry#3[i0])
      outputs reduceSum#4"
    `);
  });

  it("is one nest with two border cells, in reverse", () => {
    expect(gradients[0]).toMatchInlineSnapshot(`
      "buffer input0#0: float64[12]
      buffer input1#1: float64[12]
      buffer carry#2: float64[12]
      buffer carry#3: float64[12]
      buffer history#4: float64[20,12]
      buffer carry#5: float64[12]
      buffer carry#6: float64[12]
      buffer carry#7: float64[12]
      inputs input0#0 input1#1
      nest [12]
        cell [0,12)
          carry#2[i0] = input1#1[i0]
          carry#3[i0] = input1#1[i0]
      loop 0 for 20
        nest [12]
          cell [0,1)
            carry#2[i0] = add(sub(mul(carry#3[i0], 2), carry#2[i0]), mul(input0#0[i0], add(sub(0, mul(carry#3[i0], 2)), carry#3[i0]@1)))
            history#4[step0,i0] = carry#3[i0]
          cell [1,11)
            carry#2[i0] = add(sub(mul(carry#3[i0], 2), carry#2[i0]), mul(input0#0[i0], add(sub(carry#3[i0]@-1, mul(carry#3[i0], 2)), carry#3[i0]@1)))
            history#4[step0,i0] = carry#3[i0]
          cell [11,12)
            carry#2[i0] = add(sub(mul(carry#3[i0], 2), carry#2[i0]), mul(input0#0[i0], add(sub(carry#3[i0]@-1, mul(carry#3[i0], 2)), 0)))
            history#4[step0,i0] = carry#3[i0]
        rotate carry#2<-carry#3 carry#3<-carry#2
      nest [12]
        cell [0,12)
          carry#5[i0] = -0
          carry#6[i0] = add(carry#3[i0], carry#3[i0])
          carry#7[i0] = 0
      loop 1 for 20 reverse
        nest [12]
          cell [0,1)
            carry#5[i0] = add(add(sub(mul(sub(carry#6[i0], mul(carry#6[i0], input0#0[i0])), 2), carry#5[i0]), 0), mul(carry#6[i0]@1, input0#0[i0]@1))
            carry#7[i0] = add(carry#7[i0], mul(carry#6[i0], add(sub(0, mul(history#4[step1,i0], 2)), history#4[step1,i0]@1)))
          cell [1,11)
            carry#5[i0] = add(add(sub(mul(sub(carry#6[i0], mul(carry#6[i0], input0#0[i0])), 2), carry#5[i0]), mul(carry#6[i0]@-1, input0#0[i0]@-1)), mul(carry#6[i0]@1, input0#0[i0]@1))
            carry#7[i0] = add(carry#7[i0], mul(carry#6[i0], add(sub(history#4[step1,i0]@-1, mul(history#4[step1,i0], 2)), history#4[step1,i0]@1)))
          cell [11,12)
            carry#5[i0] = add(add(sub(mul(sub(carry#6[i0], mul(carry#6[i0], input0#0[i0])), 2), carry#5[i0]), mul(carry#6[i0]@-1, input0#0[i0]@-1)), 0)
            carry#7[i0] = add(carry#7[i0], mul(carry#6[i0], add(sub(history#4[step1,i0]@-1, mul(history#4[step1,i0], 2)), 0)))
        rotate carry#5<-carry#6 carry#6<-carry#5
      outputs carry#7"
    `);
  });
});
