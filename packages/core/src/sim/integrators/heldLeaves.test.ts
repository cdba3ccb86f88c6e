import { describe, expect, it } from "@jest/globals";
import { ArgumentError, TreeError } from "../../util/errors.js";
import { jacfwd, jacrev } from "../../compile/jacobian.js";
import { jit } from "../../compile/jit.js";
import { vmap } from "../../compile/vmap.js";
import { sparsePattern } from "../../linalg/sparse/pattern.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { integrate } from "./integrate.js";
import type { IntegrationMethod } from "./method.js";
import { rk4 } from "./rk4.js";
import { autoSwitch } from "./stiff/autoSwitch.js";
import { rodas5p } from "./stiff/rodas5p.js";
import { tsit5 } from "./tsit5.js";

/** Two quantities that decay at a rate which events alone change, with a count of these. */
interface Cell {
  readonly y: Tensor;
  readonly held: { readonly rate: Tensor; readonly count: Tensor };
}

const decay = (_t: Tensor, { y, held }: Cell) => ({ y: y.mul(held.rate).neg(), held: { rate: null, count: null } });
const start = { y: np.array([2, 1]), held: { rate: 0.5, count: 0 } };
const tolerances = { rtol: 1e-10, atol: 1e-10 };

/** The rate is multiplied by the factor at each of the times 1, 2, ... */
function stepped(y0: Tensor, rate: Tensor, factor: Tensor, method: IntegrationMethod): Tensor {
  const { final } = integrate<Cell, null>(
    decay,
    { y: y0, held: { rate, count: 0 } },
    {
      times: [0, 2.5],
      method,
      ...tolerances,
      events: [
        {
          plan: (_t, { held }) => held.count.add(1),
          apply: (_t, { y, held }) => ({ y, held: { rate: held.rate.mul(factor), count: held.count.add(1) } }),
        },
      ],
    },
    null,
  );
  return np.concatenate([final.y, np.stack([final.held.rate])]);
}

const sparse = rodas5p({ jacobian: { sparsity: sparsePattern({ shape: [2, 2], rows: [0, 1], columns: [0, 1] }) } });
const detected = rodas5p({ jacobian: { sparsity: "detect" } });
const given = rodas5p<Cell, null>({
  jacobian: (_t, { held }) => np.mul(np.array([[1, 0], [0, 1]]), held.rate.neg()), // prettier-ignore
});

describe.each<[string, IntegrationMethod]>([
  ["tsit5", tsit5()],
  ["rodas5p", rodas5p()],
  ["rodas5p with a given Jacobian", given],
  ["rodas5p with a pattern", sparse],
  ["rodas5p with a pattern that is detected", detected],
  ["autoSwitch", autoSwitch()],
])("leaves that only events change, by %s", (_, method) => {
  const solve = (x: Tensor): Tensor =>
    stepped(np.stack([x.at(0).get(), x.at(1).get()]), x.at(2).get(), x.at(3).get(), method);
  const at = [2, 1, 0.5, 3];
  /** y decays by rate (1 + f + f^2 / 2) in all, and the rate ends as rate f^2. */
  const exact = ([a, b, rate, f]: readonly number[]): number[] => {
    const share = Math.exp(-rate! * (1 + f! + (f! * f!) / 2));
    return [a! * share, b! * share, rate! * f! * f!];
  };

  it("enter the solution, and have their value after the events", () => {
    const end = jit(solve)(np.array(at)).toArray() as number[];
    exact(at).forEach((value, i) => expect(end[i]).toBeCloseTo(value, 9));
    expect(end[2]).toBe(4.5);
  });

  it("have derivatives, forward, in reverse, and by differences of the exact solution", () => {
    const [forward, reverse] = [jacfwd(solve), jacrev(solve)].map(
      (slope) => jit(slope)(np.array(at)).toArray() as number[][],
    ) as [number[][], number[][]];
    const step = 1e-5;
    at.forEach((_, k) => {
      const moved = (by: number): number[] => exact(at.map((value, i) => (i === k ? value + by : value)));
      moved(step).forEach((up, i) => {
        const difference = (up - moved(-step)[i]!) / (2 * step);
        expect(forward[i]?.[k]).toBeCloseTo(difference, 7);
        expect(reverse[i]?.[k]).toBeCloseTo(forward[i]?.[k] as number, 11);
      });
    });
  });

  it("are each element's own in a batch", () => {
    const each = [at, [1, 3, 0.1, 2], [4, 1, 2, 0.5]];
    const batch = jit(vmap(solve))(np.array(each)).toArray();
    expect(batch).toEqual(each.map((x) => jit(solve)(np.array(x)).toArray()));
  });
});

describe("leaves that only events change", () => {
  const alone = (method: IntegrationMethod) =>
    integrate<Tensor, null>((_t, y) => y.mul(-0.5), np.array([2, 1]), { times: [0, 1, 4], method }, null);

  it.each<[string, IntegrationMethod]>([
    ["tsit5", tsit5()],
    ["autoSwitch", autoSwitch()],
  ])("do not change the steps of the others, whatever is in them (%s)", (_, method) => {
    const { accepted, outputs } = alone(method);
    for (const value of [1e12, Infinity, NaN]) {
      const y0 = { y: start.y, held: { rate: 0.5, count: value } };
      const run = integrate<Cell, null>(decay as never, y0, { times: [0, 1, 4], method }, null);
      expect(run.accepted.item()).toBe(accepted.item());
      expect(run.status.item()).toBe(0);
      expect(run.outputs.y.toArray()).toEqual(outputs.toArray());
      expect([...run.outputs.held.count.data]).toEqual([value, value, value]);
    }
  });

  it("may be held together, by null for a part of the tree", () => {
    const whole = (_t: Tensor, { y, held }: Cell) => ({ y: y.mul(held.rate).neg(), held: null });
    const run = integrate<Cell, null>(whole, start, { times: [0, 1, 4] }, null);
    expect(run.outputs.y.toArray()).toEqual(alone(tsit5()).outputs.toArray());
    expect(run.final.held.rate.item()).toBe(0.5);
  });

  it("are refused by methods with given steps, and where nothing moves or the tree is another one", () => {
    const run = (rhs: unknown, more: object = {}) =>
      integrate<Cell, null>(rhs as never, start, { times: [0, 1], ...more }, null);
    expect(() => run(decay, { method: rk4() })).toThrow(ArgumentError);
    expect(() => run(decay, { method: rk4() })).toThrow(/null for a leaf/);
    expect(() => run(() => ({ y: null, held: null }))).toThrow(TreeError);
    expect(() => run(() => ({ y: [1, 1] }))).toThrow(TreeError);
    expect(() => run(() => ({ y: [1, 1], held: { rate: null, count: undefined } }))).toThrow(TreeError);
  });
});
